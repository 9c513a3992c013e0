def find(shelf, title):
    for book in shelf:
        if book == title:
            return book

find(["Emma"], "Dune") is None   # True
find(["Emma"], "Emma") is None   # False
