list(inputs)
