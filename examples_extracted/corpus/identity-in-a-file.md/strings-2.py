a = "old harbour"
b = "old harbour"
a is b        # True (not interned, but the same constant)
