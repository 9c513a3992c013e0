from fractions import Fraction
half = Fraction(1, 2)
