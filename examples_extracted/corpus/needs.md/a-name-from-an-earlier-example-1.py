prices = {"tea": 2.5, "cake": 4}

def total(order):
    return sum(prices[item] * count for item, count in order.items())
