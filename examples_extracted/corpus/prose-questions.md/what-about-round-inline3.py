round(4.5)
