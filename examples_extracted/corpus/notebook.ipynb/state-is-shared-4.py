len(numbers)
