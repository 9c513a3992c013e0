input("key? ")
