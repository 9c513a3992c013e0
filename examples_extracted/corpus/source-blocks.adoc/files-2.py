from shapes import area

area(3)                   # 6
area(3, height=4)         # 14
area()                    # TypeError
