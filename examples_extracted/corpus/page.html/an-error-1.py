"abc".index("z")  # raises KeyError
"1" + 1  # raises TypeError
