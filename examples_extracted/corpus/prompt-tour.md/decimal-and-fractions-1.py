from decimal import Decimal
Decimal("0.1") + Decimal("0.2") == Decimal("0.3")
Decimal("0.10") + Decimal("0.2")
Decimal(1) / Decimal(0)
from fractions import Fraction
Fraction(1, 3) + Fraction(1, 6)
Fraction("0.75")
