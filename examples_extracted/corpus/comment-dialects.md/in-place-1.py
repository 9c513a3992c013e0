numbers = [3, 1, 2]
numbers.sort()             # [1, 2, 3]
numbers.reverse()          # [3, 2, 1]
numbers.append(0)          # [3, 2, 1, 0]
numbers.insert(1, 9)       # [3, 9, 2, 1, 0]
numbers.remove(9)          # [3, 2, 1, 0]
numbers.pop()              # 0
del numbers[0]             # [2, 1]
numbers += [7]             # [2, 1, 7]
numbers[0] = 8             # 8
numbers.clear()            # []
