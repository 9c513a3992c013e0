trips = [("Oslo", 3), ("Rome", 2), ("Bern", 3), ("Kiel", 2)]
trips.sort(key=lambda trip: trip[1])   # by length of stay
trips
# [('Rome', 2), ('Kiel', 2), ('Oslo', 3), ('Bern', 3)]
