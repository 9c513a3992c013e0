m = [1, 2]
n = [1, 2]
m is n      # False
m == n      # True
[] is []    # False
