class Coin:
    def __init__(self, cents):
        self.cents = cents
    def __eq__(self, other):
        return self.cents == other.cents

Coin(5) == Coin(5)     # True
Coin.__hash__          # None
{Coin(5)}              # TypeError: unhashable type: 'Coin'
