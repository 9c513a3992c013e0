class Safe:
    def __init__(self):
        self.__code = 1234

box = Safe()
box._Safe__code          # 1234
box.__code               # AttributeError: 'Safe' object has no attribute '__code'
sorted(vars(box))        # ['_Safe__code']
