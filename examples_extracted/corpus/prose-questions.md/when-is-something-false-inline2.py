bool([0])
