bool([])   # False
bool(" ")  # False
