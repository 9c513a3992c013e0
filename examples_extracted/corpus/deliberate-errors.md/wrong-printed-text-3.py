def outer():
    print("outer starts")
    inner()
    print("outer ends")

def inner():
    print("inner")

outer()
