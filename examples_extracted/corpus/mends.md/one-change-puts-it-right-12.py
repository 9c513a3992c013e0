stock = {"tea": 2}
for name, number in stock.iteritems():
    print name, number

total = sum(xrange(4))
total                   # 6
