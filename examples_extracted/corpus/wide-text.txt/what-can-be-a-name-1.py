größe = 3
größe + 1        # 4
"größe".isidentifier()    # True
"2nd".isidentifier()      # False
