def greet(name, *, mark="!"):
    print("Hello " + name + mark)

greet("Ada")               # Hello Ada!
greet("Bo", mark="?")      # Hello Bo?
greet("Cy", "?")           # TypeError ‚Äì mark wants its name
