words = {"one": 1}
words.setdefault("two", 2)
# => 2
sorted(words)
# => ['one', 'two']
