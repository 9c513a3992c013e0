(int, str)  # (, )
(int, str, 5)  # (, )
