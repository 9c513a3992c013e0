print("-".join("abc"))
