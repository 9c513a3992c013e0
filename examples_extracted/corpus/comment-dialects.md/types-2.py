class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

class Labelled(Point):
    def __repr__(self):
        return f"<Labelled {self.x},{self.y}>"

Labelled(1, 2)             # <Labelled 1,2>
Point                      # <class '__main__.Point'>
Point(1, 2)                # <__main__.Point object at 0x7f...>
Labelled.mro()
# [Labelled, Point, object]
Labelled.__mro__
# (<class '__main__.Labelled'>, <class '__main__.Point'>, <class 'object'>)
