held = None
held
held is None
print(held)
