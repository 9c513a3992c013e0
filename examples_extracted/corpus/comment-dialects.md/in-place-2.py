tags = {"b", "a"}
tags.add("c")                    # {'a', 'b', 'c'}
tags.discard("a")                # {'b', 'c'}
tags.update("d")
sorted(tags)                     # ['b', 'c', 'd']
tags & {"b", "x"}                # {'b'}
tags ^ {"b", "x"} == {"c", "d", "x"}   # True
