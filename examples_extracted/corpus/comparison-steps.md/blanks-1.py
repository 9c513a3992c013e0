for letter in "KLM":
    print(letter)
# Output: K L M
