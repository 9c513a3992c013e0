def show(first, *args, sep="-", **kwargs):
    return first, args, sep, kwargs

show(1)                    # (1, (), '-', {})
show(1, 2, 3)              # (1, (2, 3), '-', {})
show(1, sep="+", x=9)      # (1, (), '+', {'x': 9})
show()                     # TypeError — first is missing

# Positional only and keyword only:
def area(width, /, *, height):
    return width * height

area(3, height=4)      # 12
area(width=3, height=4)    # TypeError (width is positional only)
area(3, 4)                 # TypeError (height needs its name)
