def half(text):
	try:
		return int(text) / 2
	except ValueError as error:
		print("bad number:", text)
		return None
	finally:
		print("done with", text)

print(half("9"))
print(half("nine"))
