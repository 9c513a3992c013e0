class Crew:
    members = []          # shared by every crew
    def __init__(self, ship):
        self.ship = ship

a, b = Crew("Fram"), Crew("Gauss")
a.members.append("cook")
b.members                # ['cook']
a.members = ["smith"]    # now a has a list of its own
b.members                # ['cook']
a.__dict__               # {'ship': 'Fram', 'members': ['smith']}
"members" in b.__dict__  # False
