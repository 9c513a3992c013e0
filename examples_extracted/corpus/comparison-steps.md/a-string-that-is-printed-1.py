print("the letter B")  # "the letter B"
print("the letter B")  # "the letter C"
