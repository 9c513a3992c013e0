import threading

caught = []
threading.excepthook = lambda args: caught.append(args.exc_type.__name__)

thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()              # works
caught                     # ['ZeroDivisionError']
