print("once")  # once
