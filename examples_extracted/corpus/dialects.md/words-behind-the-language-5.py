shop_client.order("pear")
