print("run")  # run
