class Counter:
    def __init__(self, start=0):
        self.value = start

    def up(self):
        self.value += 1
        return self

class TestCounter:
    def setup_method(self):
        self.counter = Counter(5)

    def test_starts_where_it_is_told(self):
        assert self.counter.value == 5

    def test_goes_up(self):
        assert self.counter.up().up().value == 7

    def test_is_the_same_object(self):
        assert self.counter.up() is not self.counter

class CounterFactory:
    def test_drive(self):
        assert False, "nobody takes this for a test"
