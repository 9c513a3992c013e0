print({len(w): w for w in ["to", "be", "or", "not"]})
