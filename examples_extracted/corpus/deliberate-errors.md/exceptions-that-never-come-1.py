[1, 2, 3][5:]           # IndexError
"abc".find("z")         # raises ValueError
{}.get("missing")       # KeyError
[] + []                 # []
