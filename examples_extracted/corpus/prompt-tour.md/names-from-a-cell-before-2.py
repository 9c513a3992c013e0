sum(depot.values())
max(depot, key=depot.get)
