print( 3+4 )  # 7
