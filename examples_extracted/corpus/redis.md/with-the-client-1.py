import redis

shop = redis.Redis(decode_responses=True)
shop.ping()                           # True
shop.get("tea")                       # 'green'
shop.get("coffee") is None            # True
