print(sorted(numbers, reverse=True))
print(max(numbers))
sum(numbers)
