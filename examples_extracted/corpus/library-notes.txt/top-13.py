class Stale(Exception):
    def __init__(self, age):
        super().__init__(f"{age} days old")
        self.age = age

try:
    raise Stale(9)
except Stale as e:
    seen = e

seen.age, str(seen)      # (9, '9 days old')
seen.args                # ('9 days old',)
raise Stale(2)           # Stale: 2 days old
