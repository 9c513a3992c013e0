a = "old harbour"
b = "old harbour"
a is b
