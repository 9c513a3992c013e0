import threading

results = []

def work(n):
    results.append(n * n)

threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

sorted(results)            # [0, 1, 4, 9]
any(t.is_alive() for t in threads)    # False
