import unicodedata

one = "\u00e9"
two = "e\u0301"
one == two                                 # False
len(one), len(two)                         # (1, 2)
unicodedata.normalize("NFC", two) == one   # True
