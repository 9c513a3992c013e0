a = "harbour"
b = "harbour"
a is b
