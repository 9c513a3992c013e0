import copy

plan = {"days": ["Mon", "Tue"]}
shallow = copy.copy(plan)
deep = copy.deepcopy(plan)
plan["days"].append("Wed")
shallow["days"]                   # ['Mon', 'Tue', 'Wed']
deep["days"]                      # ['Mon', 'Tue']
shallow["days"] is plan["days"]   # True
