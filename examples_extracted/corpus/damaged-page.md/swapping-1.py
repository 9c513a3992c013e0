left, right = "tea", "coffee"
left, right = right, left
left     # 'coffee'
right    # 'tea'
