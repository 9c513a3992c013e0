letters = list("abc")
letters[-1]               # 'c'
letters.index("d")        # ValueError

letters.pop()             # 'c'
letters                   # ['a', 'b', 'c']
