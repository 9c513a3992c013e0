{}["a"]  # LookupError
{}["a"]  # ArithmeticError
