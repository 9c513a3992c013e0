bool("0")               # True ✅
bool("")                # True 🤔
"ab" in "cab"           # True again
(7, 2)[0]               # 7 = the first one
divmod(9, 4)            # (2, 1) = how often, and what is left
round(0.5)              # 0 in Python 3
3 / 2                   # 1 in Python 2, 1.5 in Python 3
f"{1234567:,}"          # 1,234,567
f"{2 / 3:.2f}"          # 0.67
print(1, "and", 2)      # 1 and 2
print("9 - 4 =", 5)     # 9 - 4 = 5
