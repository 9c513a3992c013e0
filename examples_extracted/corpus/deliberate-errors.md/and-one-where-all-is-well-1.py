a, *b = "xyz"
b                  # ['y', 'z']
max([], default=0) # 0
any([])            # False
all([])            # True
