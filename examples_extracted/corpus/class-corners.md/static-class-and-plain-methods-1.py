class Tool:
    unit = "mm"

    @classmethod
    def scale(cls, n):
        return f"{n} {cls.unit}"

    @staticmethod
    def half(n):
        return n / 2

    def name(self):
        return type(self).__name__

class Inch(Tool):
    unit = "in"

Tool.scale(3)       # '3 mm'
Inch.scale(3)       # '3 in'
Inch().half(3)      # 1.5
Inch().name()       # 'Inch'
Inch.name()         # TypeError (self is missing)
Tool.half is Tool().half       # True
Tool().name is Tool().name     # False (bound anew at each access)
