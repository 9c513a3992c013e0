fish = ["cod", "cod", "eel", "cod"]
for f in list(fish):
	if f == "cod":
		fish.remove(f)
print(fish)
