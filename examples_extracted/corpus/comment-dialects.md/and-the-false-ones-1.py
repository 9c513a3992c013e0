"abc".upper()            # => 'Abc'
print("a" * 2)           # prints a a
[1, 2].extend([3])       # returns [1, 2, 3]
"b" in {"a": "b"}
# True
"a".join("xyz")          # 'axayaz' (once before each)
min("b", "a", "c")       # -> 'b'
{}.get("k", 0)           # raises KeyError
print(len("four"))
# Output: 5
