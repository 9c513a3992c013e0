from collections import deque
ring = deque([1, 2, 3], maxlen=3)
ring.append(4)
ring
ring.rotate(1)
list(ring)
