ask("INCR", "visits")         # ':2'
ask("STRLEN", "tea")          # ':4' (one for each letter)
