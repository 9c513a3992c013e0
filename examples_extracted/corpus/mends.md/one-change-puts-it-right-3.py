@dataclass
class Parcel:
    weight: float
    labels: list = field(default_factory=list)

Parcel(2.5).labels      # []
