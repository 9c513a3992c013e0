x = "module"

def show():
    return x

def hide():
    x = "local"
    return show()

hide()           # 'module'
[x for x in "ab"]
x                # 'module' (the comprehension has its own x)

for x in "ab":
    pass
x                # 'b' — a plain loop leaks its name
