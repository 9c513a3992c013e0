import pprint

pprint.pprint({"a": list(range(3)), "b": {"c": None}}, width=20)
# {'a': [0, 1, 2],
#  'b': {'c': None}}
