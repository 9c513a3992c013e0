def mark(sign):
	print("make", sign)
	def wrap(function):
		print("wrap", sign)
		def inner():
			return sign + function() + sign
		return inner
	return wrap

@mark("*")
@mark("-")
def word():
	return "hi"

print(word())
