a = "harbour"
b = "harbour"
a is b               # True
c = "".join(["har", "bour"])
a == c               # True
a is c               # False
