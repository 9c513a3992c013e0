True + 1
