numbers.append(4)
