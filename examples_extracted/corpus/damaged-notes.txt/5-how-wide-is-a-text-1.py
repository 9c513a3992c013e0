word = "na\u00efve"
len(word)                      # 5
len(word.encode("utf-8"))      # 6
word.upper() == "NA\u00cfVE"   # True
