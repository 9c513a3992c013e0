class Odd:
    def __new__(cls):
        return 7

    def __init__(self):
        print("never")

Odd()                      # 7
isinstance(Odd(), Odd)     # False
