shop.rpush("queue", "ada", "grace", "alan")    # 3
shop.lpop("queue")                             # 'ada'
shop.lrange("queue", 0, -1)                    # ['grace', 'alan']
shop.llen("queue")                             # 3
