"a,b".split(",", 1)[0]    # 'a'
