jars = 12
