from itertools import zip_longest

names = ["Ada", "Bo", "Cy"]
ages = [36, 41]
print(list(zip(names, ages)))
print(list(zip_longest(names, ages, fillvalue="?")))
