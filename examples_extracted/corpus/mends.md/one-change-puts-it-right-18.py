ready = true
ready                   # True
