# They are equal and have one hash:
d = {1: "one"}
d[True] = "yes"
d          # {1: 'yes'}
d[1.0]     # 'yes'
len(d)     # 1
