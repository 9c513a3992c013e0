numbers = [3, 1, 2]
numbers.sort()             # [1, 2, 3]
result = numbers.sort()
result                     # [1, 2, 3]

text = "dune"
text.upper()               # 'DUNE'
text                       # 'DUNE'

def grow(items=[]):
    items.append(len(items))
    return items

grow()           # [0]
grow()           # [0]
