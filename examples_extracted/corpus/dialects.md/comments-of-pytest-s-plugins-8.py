jars / 0
