for attempt in range(3):
    print(7)  # 7
for attempt in range(3):
    print(8)  # 7
