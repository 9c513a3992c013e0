import threading

fired = threading.Event()
timer = threading.Timer(0.05, fired.set)
timer.start()
fired.is_set()             # False (not yet)
fired.wait(timeout=2)      # True
