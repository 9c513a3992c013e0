small = 3
large = 5
smaller = small  large and large  9
smaller                 # True
