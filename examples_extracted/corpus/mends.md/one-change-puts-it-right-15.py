ink = "blue"
  paper = "white"
ink + paper             # 'bluewhite'
