count = {}
for letter in "noon":
    count[letter] = count.get(letter, 0) + 1
count                     # {'n': 2, 'o': 2}
count["x"]                # KeyError: 'x'
