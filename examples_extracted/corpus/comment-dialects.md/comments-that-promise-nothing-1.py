import itertools             # standard library

prices = [12, 7, 30]
prices.sort(key=lambda p: -p)         # by price, highest first
discount = 0.1                        # 10% discount
# prices.append(99)                   # old code, no longer used
# TODO: read the prices from a file
# 1. add them up
total = sum(prices)
# 2. take off the discount
total = total * (1 - discount)        # in-place would be wrong here
limit = 50                            # 50 is the house limit
pairs = itertools.combinations(prices, 2)   # n * (n - 1) / 2 of them
retries = 3                           # 5 was too many
colour = "red"                        # "blue" on the old site
size = len(prices)                    # O(1)
flag = True                           # False switches the log on
width = 80                            # columns
if total > 40:                        # 44.1 at the time of writing
    label = "dear"                    # not cheap
else:
    label = "cheap"
round(total, 2)                       # 44.1
