words = "a b  c".split()
len(words)  # 3
" ".join(words)  # 'a b c'
