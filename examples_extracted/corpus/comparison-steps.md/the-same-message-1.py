[].pop()  # IndexError: pop from empty list
[].pop()  # KeyError: pop from empty list
