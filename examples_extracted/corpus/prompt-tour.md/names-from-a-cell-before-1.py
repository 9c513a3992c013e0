depot = {"north": 2}
depot["south"] = 5
