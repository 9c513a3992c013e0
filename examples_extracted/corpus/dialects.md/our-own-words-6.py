print(books)  # ['A']
