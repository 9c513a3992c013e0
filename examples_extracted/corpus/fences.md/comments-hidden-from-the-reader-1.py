seen = True       # not a claim about anything: a flag for later
seen and 1        # 1
