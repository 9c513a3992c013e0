def keep():
    local = 1

keep()
print(local)
