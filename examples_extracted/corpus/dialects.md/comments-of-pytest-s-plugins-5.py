print(crate * 2)
