kind = "module"

class Box:
	kind = "class"
	here = kind
	def ask(self):
		return kind

print(Box.here, Box().ask(), Box.kind)
