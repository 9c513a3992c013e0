shelf = ["tea"]
shelf.append("jam")     # shelf is now ['tea', 'jam']
shelf.insert(0, "oil")  # now shelf is ['oil', 'tea', 'jam']
shelf.remove("tea")     # shelf is now ['oil', 'tea']
shelf.pop()             # 'jam', and shelf is ['oil']
first, *others = "abc"  # first is 'a', others is ['b', 'c']
count = len(shelf)      # count = 1
count += 1              # count == 2
count += 1              # count == 4
del shelf[0]            # shelf is now [] again
shelf                   # still []
