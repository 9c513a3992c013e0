from dataclasses import dataclass, field, replace, asdict

@dataclass(order=True)
class Stop:
    zone: int
    name: str = "?"
    lines: list = field(default_factory=list, compare=False)

Stop(1)                          # Stop(zone=1, name='?', lines=[])
Stop(1, "a") < Stop(1, "b")      # True
Stop(1).lines is Stop(1).lines   # False (a new list for each)
replace(Stop(1), zone=2).zone    # 2
asdict(Stop(3, "c"))             # {'zone': 3, 'name': 'c', 'lines': []}
Stop(1, "a", ["x"]) == Stop(1, "a", ["y"])   # True — lines are not compared
