name = input("Who are you? ")
print("Hello", name)
