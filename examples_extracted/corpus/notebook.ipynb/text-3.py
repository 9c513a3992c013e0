class Point:
    pass

Point
