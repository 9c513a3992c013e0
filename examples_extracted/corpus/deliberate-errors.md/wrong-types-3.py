numbers = [1, 2, 3]
doubled = map(lambda n: n * 2, numbers)
type(doubled)                 # <class 'list'>
list(doubled)                 # [2, 4, 6]
list(doubled)                 # [2, 4, 6]
