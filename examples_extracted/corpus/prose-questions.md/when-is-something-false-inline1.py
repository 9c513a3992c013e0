bool([])
