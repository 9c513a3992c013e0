class Loud:
    def __get__(self, instance, owner):
        return "from the descriptor"

class Data(Loud):
    def __set__(self, instance, value):
        raise AttributeError("read only")

class Holder:
    weak = Loud()
    strong = Data()

holder = Holder()
holder.__dict__.update(weak="mine", strong="mine")
holder.weak       # 'mine'
holder.strong     # 'from the descriptor'
holder.strong = 1 # AttributeError: read only
