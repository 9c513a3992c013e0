sorted({"b": 1, "a": 2}.items())
"x" in {"x": 1}
1 in {"x": 1}
