"; ".join(["a", "b"])     # 'a; b'
["a", "b"].join("; ")     # AttributeError â€” lists donâ€™t join
