"a,b".split(",")         # ('a', 'b')
"abc".partition("b")     # ['a', 'b', 'c']
divmod(7, 2)             # (3, 1)
sorted((3, 1, 2))        # (1, 2, 3)
"5" * 2                  # 10
b"ab"[0]                 # b'a'
