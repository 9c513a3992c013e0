shop.incr("tea")            # ResponseError
