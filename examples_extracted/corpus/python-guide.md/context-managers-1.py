from contextlib import contextmanager

@contextmanager
def door(name):
    print("open", name)
    try:
        yield name.upper()
    finally:
        print("shut", name)

with door("red") as label:
    print(label)
