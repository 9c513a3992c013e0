letters = list("abc")
letters[-1]          # 'c' (the last one)
letters[:2]          # ['a', 'b'] — the stop is left out
letters.index("b")   # 1 - counted from 0
letters * 2          # ['a', 'b', 'c', 'a', 'b', 'c'] # a new list
len(letters)         # 3 <- still
"b" in letters       # True, because it was put there
letters is letters   # True  (of course)
