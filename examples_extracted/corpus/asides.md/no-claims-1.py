rooms = ["hall", "attic"]   # 2 rooms
rooms[-1]                   # -1 means the last one
list(range(3))              # 3 not included
rooms = tuple(rooms)        # (name, ...)
depth = 0                   # 0 = ground, 1 = first floor
range(3)                    # 0, 1, 2
speed = max(3, 4)           # 3 always loses
rest = abs(-5)              # 6 - 1

def rising(n):
    yield n                 # 1
    yield n + 1             # 2

list(rising(1))             # [1, 2]

class Pile:
    def __init__(self):
        self.cards = []     # [] at first

    def put(self, card):
        self.cards.append(card)

pile = Pile()
pile.put("ace")             # ['ace']
pile.cards                  # ['ace']
# pile.put("two")           # ['ace', 'two']
pile.cards                  # ['ace']
# 1
