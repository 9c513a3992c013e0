for letter in "ab":
print(letter)
print("done")
