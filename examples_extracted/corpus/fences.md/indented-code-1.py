word = "indent"
word[::-1]        # 'tnedni'
word.islower()    # True
