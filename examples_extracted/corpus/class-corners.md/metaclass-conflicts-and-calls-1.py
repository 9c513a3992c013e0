class M(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.tag = cls.__name__.lower()
        return made

class N(type): pass

class A(metaclass=M): pass
class B(metaclass=N): pass

A().tag                 # 'a'
type(A) is M            # True
type("C", (A,), {}).__name__    # 'C'

class Both(A, B): pass  # TypeError: metaclass conflict
