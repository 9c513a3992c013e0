zephyr(1)               # 2
