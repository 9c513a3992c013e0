from decimal import Decimal
type(Decimal("1"))  # => Decimal
type(5)  # => Decimal
