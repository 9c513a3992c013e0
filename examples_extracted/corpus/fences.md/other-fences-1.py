"tilde".upper()   # 'TILDE'
