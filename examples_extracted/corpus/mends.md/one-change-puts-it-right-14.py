def half(number):
return number / 2

half(5)                 # 2.5
