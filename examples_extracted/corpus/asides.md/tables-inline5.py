"abc".count("b")
