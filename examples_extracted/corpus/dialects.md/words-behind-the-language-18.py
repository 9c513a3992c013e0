unknown_everywhere()
