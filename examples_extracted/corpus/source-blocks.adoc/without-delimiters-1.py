3 * "ab"                  # 'ababab'
3 + int("4")              # 7
