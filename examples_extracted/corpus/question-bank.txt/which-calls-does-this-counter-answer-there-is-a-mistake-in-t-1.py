class Step:
	def __init__(self):
		self.count = 0

	def __call__(self, by=1):
		self.count += by
		return self.count

step = Step()
step()
step(10)
print(step(), callable(step))
