{True: "b"}
