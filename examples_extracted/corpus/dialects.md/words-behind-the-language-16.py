tools = {"rake"}
