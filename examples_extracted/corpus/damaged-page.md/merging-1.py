base = {"size": 1, "ink": "red"}
{**base, "size": 2}       # {'size': 2, 'ink': 'red'}
base                      # {'size': 1, 'ink': 'red'} â€” unchanged
