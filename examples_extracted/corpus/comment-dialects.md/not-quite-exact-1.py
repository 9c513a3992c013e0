import math

math.pi                  # 3.14159...
math.sqrt(2)             # ~1.414
math.e                   # about 2.718
10 / 3                   # approximately 3.33
2 / 3                    # 0.667
