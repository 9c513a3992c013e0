import re

re.findall(r"\d+", "7 of 12")            # ['7', '12']
re.match(r"\d", "no 1") is None          # True — match starts at the beginning
re.search(r"\d", "no 1").start()         # 3
re.sub(r"(\w)(\w)", r"\2\1", "abcd")     # 'badc'
re.split(r"\s*,\s*", "a , b,c")          # ['a', 'b', 'c']
f"{3.14159:.2f}|{42:>5}|{'x':*^5}"       # '3.14|   42|**x**'
f"{1234567:,}"                           # '1,234,567'
"{0}{1}{0}".format("a", "b")             # 'aba'
f"{'it'!r:>6}"                           # "  'it'"
