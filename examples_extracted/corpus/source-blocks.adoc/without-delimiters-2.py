"b" in "abc"              # True
[] in [[]]                # False
