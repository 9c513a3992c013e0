"abc"[1]          # 'b'
