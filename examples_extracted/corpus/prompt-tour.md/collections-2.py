from collections import defaultdict
groups = defaultdict(list)
groups["odd"].append(1)
groups
"even" in groups
groups["even"]
"even" in groups
groups.get("prime") is None
