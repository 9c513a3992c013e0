from shapes import Box, Circle, largest

Box(2, 3)                       # Box(width=2, height=3)
Box(2, 3).turned()              # Box(width=3, height=2)
Box(2, 3) == Box(2, 3)          # True
largest([Box(2, 2), Box(1, 4)]) # Box(width=2, height=2)
round(Circle(2).area(), 2)      # 12.57
Box(2, 3).width = 9             # FrozenInstanceError
