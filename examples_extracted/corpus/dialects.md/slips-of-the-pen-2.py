print("run, too")  # run, too
