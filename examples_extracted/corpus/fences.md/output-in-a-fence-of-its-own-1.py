for letter in "ab":
    print(letter * 2)
