twice("ab")
[twice(number) for number in (1, 2)]
