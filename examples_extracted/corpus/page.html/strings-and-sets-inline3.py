len("é")
