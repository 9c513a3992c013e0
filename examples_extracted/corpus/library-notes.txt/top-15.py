import heapq, bisect

heap = [5, 1, 4]
heapq.heapify(heap)
heapq.heappop(heap)              # 1
heapq.heappushpop(heap, 0)       # 0
heapq.nlargest(1, heap)          # [5]
marks = [10, 20, 20, 30]
bisect.bisect_left(marks, 20)    # 1
bisect.bisect(marks, 20)         # 3
bisect.insort(marks, 25)
marks                            # [10, 20, 20, 25, 30]
