class Down:
    def __init__(self, start):
        self.now = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.now == 0:
            raise StopIteration
        self.now -= 1
        return self.now + 1

d = Down(3)
list(d)       # [3, 2, 1]
list(d)       # []
iter(d) is d  # True
next(d)       # StopIteration
next(d, "end")   # 'end'
