n = 6 * 7          # 42
n                  # => 42
n + 1              # -> 43
n + 2              # --> 44
n + 3              # → 45
n + 4              #> 46
n + 5              # Output: 47
n + 6              # returns 48
n + 7              # Result: 49
n + 8              # = 50
