from collections import Counter, defaultdict, deque, namedtuple, ChainMap
Counter("mississippi").most_common(2)
tally = Counter(a=3, b=1)
tally.subtract(a=1, b=2)
tally
tally["never seen"]
+tally
