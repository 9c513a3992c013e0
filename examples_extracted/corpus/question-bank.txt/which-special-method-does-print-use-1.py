class Tune:
	def __init__(self, name):
		self.name = name

	def __str__(self):
		return self.name

	def __repr__(self):
		return "Tune(%r)" % self.name

tune = Tune("Greensleeves")
print(tune)
print([tune])
print(f"{tune} {tune!r}")
