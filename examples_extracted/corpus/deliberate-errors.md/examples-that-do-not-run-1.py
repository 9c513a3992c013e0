total = price * 3
