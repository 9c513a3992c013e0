print("red")
print("blue")
# Output:
# red
# green
