print("rake" in tools)  # True
