import math
math.sqrt(2)
