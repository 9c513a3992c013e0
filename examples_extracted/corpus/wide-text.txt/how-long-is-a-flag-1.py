word = "Grüße"
len(word)                     # 5
len(word.encode("utf-8"))     # 7
word.upper()                  # 'GRÜSSE' – one letter more
word.casefold() == "grüsse"   # True
