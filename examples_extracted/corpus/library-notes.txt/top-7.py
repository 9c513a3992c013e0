from functools import wraps

def plain(function):
    def inner(*args):
        return function(*args)
    return inner

def polite(function):
    @wraps(function)
    def inner(*args):
        return function(*args)
    return inner

@plain
def one(): "First."

@polite
def two(): "Second."

one.__name__, two.__name__      # ('inner', 'two')
two.__doc__                     # 'Second.'
two.__wrapped__ is two          # False
