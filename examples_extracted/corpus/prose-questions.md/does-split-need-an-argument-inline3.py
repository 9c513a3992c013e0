" a b".split(" ")
