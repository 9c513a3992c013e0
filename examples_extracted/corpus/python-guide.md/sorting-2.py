trips = [("Oslo", 3), ("Rome", 2), ("Bern", 3)]
[city for city, days in sorted(trips, key=lambda t: t[1], reverse=True)]
# ['Oslo', 'Bern', 'Rome']
sorted([3, "a"])   # TypeError: '<' not supported between instances of 'str' and 'int'
