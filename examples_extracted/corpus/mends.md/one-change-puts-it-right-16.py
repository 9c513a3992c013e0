letters = ["a"]
letters.apend("b")
letters                 # ['a', 'b']
