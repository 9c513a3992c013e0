round(3.5)
