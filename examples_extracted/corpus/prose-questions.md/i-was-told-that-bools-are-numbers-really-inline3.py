{True: "a", 1: "b"}
