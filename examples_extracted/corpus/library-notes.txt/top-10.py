import copy

class Node:
    def __init__(self, name):
        self.name, self.next = name, None

a = Node("a")
a.next = a                       # a ring
b = copy.deepcopy(a)
b.next is b                      # True
b is a                           # False

pair = ([1], "x")
copy.copy(pair) is pair          # True — a tuple needs no shallow copy
copy.deepcopy(pair) is pair      # False
copy.deepcopy(("x", 1)) == ("x", 1)   # True
row = [1, [2]]
row[:][1] is row[1]              # True
