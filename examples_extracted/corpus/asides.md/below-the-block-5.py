"tea".upper()
