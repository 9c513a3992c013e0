import json

json.dumps({"a": (1, 2), "b": None})   # '{"a": [1, 2], "b": null}'
json.loads("[1.0, true]")              # [1.0, True]
json.loads(json.dumps({1: "x"}))       # {'1': 'x'} — keys become texts
json.dumps({1, 2})                     # TypeError: Object of type set is not JSON serializable
json.loads("{'a': 1}")                 # JSONDecodeError
