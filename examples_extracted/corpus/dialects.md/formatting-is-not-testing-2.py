# fmt: off
matrix = [1, 0,
          0, 1]
# fmt: on
print(sum(matrix))  # 2
