def twice(text):
    return text * 2

twice("ho ")
class Dot:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __repr__(self):
        return "Dot(%d, %d)" % (self.x, self.y)

Dot(1, 2)
print(Dot(3, 4))
