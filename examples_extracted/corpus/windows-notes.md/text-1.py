"a\r\nb".splitlines()       # ['a', 'b']
"a\r\nb".split("\n")        # ['a\r', 'b']
len("a\r\nb")               # 4
