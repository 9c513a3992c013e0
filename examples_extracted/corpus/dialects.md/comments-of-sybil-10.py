try:
    half
except NameError:
    print("forgotten")  # forgotten
