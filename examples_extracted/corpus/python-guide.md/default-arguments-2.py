def collect(item, basket=None):
    basket = [] if basket is None else basket
    basket.append(item)
    return basket

print(collect("plum"))  # ['plum']
print(collect("pear"))  # ['pear']
