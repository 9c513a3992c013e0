squares = [n * n for n in range(4)]
dots = """
....
""".strip()
len(dots)                 # 4
squares                   # [0, 1, 4, 9]
squares[4]                # IndexError
