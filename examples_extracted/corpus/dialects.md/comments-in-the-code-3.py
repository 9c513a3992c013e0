wait_for_spring()  # not tested
3 + 3  # needs patience
