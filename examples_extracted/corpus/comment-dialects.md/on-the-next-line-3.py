def verse():
    print("one")
    print("two")
    print("three")

verse()
# Output:
# one
# two
# three
