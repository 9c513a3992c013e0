type(3 / 1)                # <class 'float'>
type({})                   # dict
type(x for x in [])        # generator
type(1 .__add__).__name__  # 'method-wrapper'
type(None)                 # <class 'NoneType'>
type(lambda: 0)            # <class 'function'>
