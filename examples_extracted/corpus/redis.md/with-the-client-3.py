shop.rpop("queue")          # 'alan'
shop.llen("queue")          # 1
