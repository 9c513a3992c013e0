word = "pear"
print(f"{word}s")  # pears
