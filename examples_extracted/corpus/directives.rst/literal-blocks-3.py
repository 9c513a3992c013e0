first, *rest = "abc"
rest                     # ['b', 'c']
first                    # "a"
