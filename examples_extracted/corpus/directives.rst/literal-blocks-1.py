total = 0
for n in range(4):
    total += n
total                    # 6

total = total * 2
total                    # 18
