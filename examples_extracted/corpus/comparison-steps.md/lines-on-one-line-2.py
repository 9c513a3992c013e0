for number in (1, 2, 3):
    print(number)
# Output: 1, 2, 4
