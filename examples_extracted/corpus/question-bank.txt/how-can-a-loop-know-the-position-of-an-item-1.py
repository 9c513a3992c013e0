for number, name in enumerate(["ash", "elm"], start=1):
	print(number, name)
