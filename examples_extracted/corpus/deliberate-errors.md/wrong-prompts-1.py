3 * "ab"
7 / 7
[n for n in range(4) if n % 2]
"spam".index("m")
print("one\ntwo")
