class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.cents + other.cents)

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents

    def __repr__(self):
        return f"Money({self.cents})"

Money(5) + Money(7)                 # Money(12)
sum([Money(1), Money(2)])           # Money(3)
Money(1) == 1                       # False
Money(1) + 1                        # TypeError
Money(3) * 2                        # TypeError: unsupported operand type(s) for *: 'Money' and 'int'
