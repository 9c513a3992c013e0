[] or "empty"   # 'empty'
