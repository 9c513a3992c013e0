text = """
```
not the end
```
"""
text.count("`")   # 6
