class Polite:
    known = 1

    def __getattr__(self, name):
        return f"no {name} here"

p = Polite()
p.known        # 1
p.unknown      # 'no unknown here'
p.later = 2
p.later        # 2
