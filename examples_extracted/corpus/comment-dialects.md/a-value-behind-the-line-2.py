print("deep" + "sea")    # deepsea
print("deep", "sea")     # => deep sea
print(["deep"])          # prints ['deep']
print(2 ** 5)            # Prints: 32
print("x" * 3)           # Output: xxx
print("x" * 4)           # "xxxx"
print(None)              # None
