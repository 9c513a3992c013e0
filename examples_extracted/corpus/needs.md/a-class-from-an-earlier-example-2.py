q = Queue()
q.push("a").push("b")
q.pop()          # 'a'
len(q.items)     # 1
q.pop()          # 'b'
q.pop()          # IndexError: pop from empty list
