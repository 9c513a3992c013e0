class Tank:
    def __init__(self):
        self._litres = 0

    @property
    def litres(self):
        return self._litres

    @litres.setter
    def litres(self, amount):
        if amount < 0:
            raise ValueError("a tank cannot hold less than nothing")
        self._litres = amount

tank = Tank()
tank.litres = 40
tank.litres           # 40
tank.litres = -1      # ValueError: a tank cannot hold less than nothing
tank.litres           # 40 (the bad value was never stored)
