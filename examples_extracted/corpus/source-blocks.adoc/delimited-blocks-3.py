a = b = []
a.append(1)
b                         # [1]
a is b                    # False
