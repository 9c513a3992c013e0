class Base:
    items = []

class One(Base): pass
class Two(Base): pass

One.items.append(1)
Two.items             # []
Two.items is One.items   # True

class Even:
    def __eq__(self, other):
        return True

Even() == 3           # True
Even() != 3           # True
Even() is Even()      # True
hash(Even())          # 0
