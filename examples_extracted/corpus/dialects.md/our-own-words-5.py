books = ["A"]
