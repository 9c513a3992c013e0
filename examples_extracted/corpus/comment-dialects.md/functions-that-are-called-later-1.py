def greet(name):
    print(f"Good day, {name}")   # the greeting is printed, not returned

greet("Ida")              # Good day, Ida
greet("Leo")              # Good day, Leo
answer = greet("Max")     # Good day, Max
answer                    # None
