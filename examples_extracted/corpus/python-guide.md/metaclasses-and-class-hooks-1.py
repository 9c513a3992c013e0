class Registry(type):
    seen = []

    def __new__(meta, name, bases, body):
        made = super().__new__(meta, name, bases, body)
        meta.seen.append(name)
        return made

class Shape(metaclass=Registry): pass
class Circle(Shape): pass

Registry.seen            # ['Shape', 'Circle']
type(Circle).__name__    # 'Registry'
isinstance(Circle, type) # True
