shop.hset("pot", mapping={"colour": "red", "cups": 4})    # 2
shop.hget("pot", "cups")                                  # '4'
shop.hlen("pot")                                          # 3
shop.hgetall("pot")                                       # {'colour': 'red', 'cups': '4'}
