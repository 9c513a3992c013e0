numbers = [4, 5]
max(numbers)      # 5
