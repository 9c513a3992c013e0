for thing in ([], {}, set(), "", 0, 0.0, None, [0], " "):
	print(repr(thing), bool(thing))
