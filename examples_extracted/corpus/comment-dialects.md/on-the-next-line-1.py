shades = {"red": 1, "blue": 2}
{v: k for k, v in shades.items()}
# {1: 'red', 2: 'blue'}

list(shades.values())
# => [1, 2]

print(sorted(shades))
# Output: ['blue', 'red']

max(shades, key=shades.get)
#> 'blue'
