text = "banana"
text.count("an")          # 2
text.count("ana")         # 2 â€” overlapping ones, too?
text.index("n")           # 2
