"-".join(["a", "b"])      # => 'a-b'
"a-b".partition("-")      # => ('a', '-', 'b')
" a ".strip("a")          # => ''
