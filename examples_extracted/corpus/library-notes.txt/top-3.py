from dataclasses import dataclass

@dataclass
class Age:
    years: int

Age("many")        # Age(years='many')
Age()              # TypeError (years is missing)
