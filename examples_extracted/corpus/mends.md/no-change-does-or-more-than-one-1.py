sleep(0)
