print(max("abc"))
