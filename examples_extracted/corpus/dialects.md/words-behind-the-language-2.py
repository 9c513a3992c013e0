basket = ["pear"]
