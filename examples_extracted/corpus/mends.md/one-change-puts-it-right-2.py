tally = Counter("banana")
tally["a"]              # 3
