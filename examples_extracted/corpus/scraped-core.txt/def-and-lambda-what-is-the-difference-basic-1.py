# A lambda holds one expression and has no name of its own
double = lambda n: n * 2
def triple(n):
    return n * 3

double(4)          # 8
triple(4)          # 12
double.__name__    # '<lambda>'
triple.__name__    # 'triple'
