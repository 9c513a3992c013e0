word = "lantern"
word[2:100]     # 'ntern'
word[::-1]      # 'nretnal'
word[10:]       # ''
word[10]        # IndexError: string index out of range
word[0] = "L"   # TypeError — str is immutable
word.replace("l", "L")   # 'Lantern'
word            # 'lantern' (unchanged)
