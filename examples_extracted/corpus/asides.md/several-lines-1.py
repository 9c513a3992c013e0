print("one")
print("two")
print("three")
# Output:
# one
# two
# three
