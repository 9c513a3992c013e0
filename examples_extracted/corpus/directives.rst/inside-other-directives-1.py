numbers = [3, 1, 2]
numbers.sort()
numbers             # [1, 2, 3]
print(numbers.reverse())  # [3, 2, 1]
