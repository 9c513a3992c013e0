"one\ttwo".expandtabs(4)
print("a\\b")
r"C:\new"
len("\\n"), len("\n")
