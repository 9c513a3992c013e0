False == False in [False]
