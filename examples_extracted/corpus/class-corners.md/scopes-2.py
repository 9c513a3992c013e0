def peek():
    print(later)
    later = 1

peek()           # UnboundLocalError
