import threading

lock, again = threading.Lock(), threading.RLock()
lock.acquire()                   # True
lock.acquire(blocking=False)     # False
again.acquire()                  # True
again.acquire(blocking=False)    # True
lock.release()
lock.locked()                    # False
