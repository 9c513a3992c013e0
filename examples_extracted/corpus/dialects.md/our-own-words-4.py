print(id(object()))  # => 140052
