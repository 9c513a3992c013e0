class Base:
    def trail(self):
        return ["Base"]

class Left(Base):
    def trail(self):
        return ["Left"] + super().trail()

class Right(Base):
    def trail(self):
        return ["Right"] + super().trail()

class Both(Left, Right):
    pass

Both().trail()   # ['Left', 'Right', 'Base']
Left().trail()   # ['Left', 'Base']
