floor(-2.5)
