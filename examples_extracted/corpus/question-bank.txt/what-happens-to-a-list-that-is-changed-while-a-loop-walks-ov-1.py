fish = ["cod", "cod", "eel", "cod"]
for f in fish:
	if f == "cod":
		fish.remove(f)
print(fish)
