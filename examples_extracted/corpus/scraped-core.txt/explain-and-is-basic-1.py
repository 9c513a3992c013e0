# == asks __eq__, is asks for identity
p = {"k": [1]}
q = {"k": [1]}
p == q     # True  (same content)
p is q     # False (different objects)

r = p
p is r     # True  (same object)

# When to use 'is':
# - None, True, False
# - a sentinel of your own

s = "wide river"
t = "wide river"
s == t     # True (always)
s is t     # Maybe True (one unit may share it)
