radius = 2
area = 3  radius  radius
area                    # 12
