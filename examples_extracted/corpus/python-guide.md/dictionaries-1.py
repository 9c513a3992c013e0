prices = {"tea": 2, "cake": 4}
prices["soup"] = 5
prices["tea"] = 3
list(prices)                   # ['tea', 'cake', 'soup']
prices.pop("tea")              # 3
prices["tea"] = 9
list(prices)                   # ['cake', 'soup', 'tea']
{"a": 1, "b": 2} == {"b": 2, "a": 1}   # True
