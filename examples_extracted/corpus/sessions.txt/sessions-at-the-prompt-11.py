def both():
    left = 4096
    right = 4096
    return left is right

both()
