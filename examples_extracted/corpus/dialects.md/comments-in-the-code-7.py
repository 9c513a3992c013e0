#| error: true
[1, 2][5]
