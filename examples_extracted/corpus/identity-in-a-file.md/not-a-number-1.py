nan = float("nan")
nan == nan        # False
nan is nan        # True
nan in [nan]      # True (containers look for identity first)
[nan] == [nan]    # True
float("nan") in [nan]   # False
