x = 257; y = 257; x is y   # True
