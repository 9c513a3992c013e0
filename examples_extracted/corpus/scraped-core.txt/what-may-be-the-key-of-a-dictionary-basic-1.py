# Anything hashable:
place = {}
place[(52, 13)] = "Berlin"     # OK
place[frozenset({1})] = "set"  # works
place[[52, 13]] = "Berlin"     # TypeError: unhashable type: 'list'
len(place)                     # 2
