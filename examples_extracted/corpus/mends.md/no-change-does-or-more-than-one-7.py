cart1 = "tea"
cart2 = "ink"
cart3 + "!"
