"ab".find("c")
