def connect(host, port):
    ...

connect("here", 1) is None     # True
