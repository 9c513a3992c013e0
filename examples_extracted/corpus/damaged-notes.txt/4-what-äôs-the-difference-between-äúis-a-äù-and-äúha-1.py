class Engine:
    def start(self):
        return "brumm"

class Boat:
    def __init__(self):
        self.engine = Engine()

class Ferry(Boat):
    pass

isinstance(Ferry(), Boat)      # True
isinstance(Ferry(), Engine)    # False
Ferry().engine.start()         # 'brumm'
