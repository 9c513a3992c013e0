start = datetime.fromisoformat("2024-05-01")
start.day               # 1
