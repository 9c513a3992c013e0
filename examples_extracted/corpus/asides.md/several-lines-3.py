pile = []
for name in ("x", "y"):
    pile += [name]
    print(len(pile))    # 1, 3

# prints 2
print(len(pile))

# raises IndexError
pile[2]

# Expected: ['y', 'x']
pile
# Expected: ['y', 'x']
# Actual: ['x', 'y']
