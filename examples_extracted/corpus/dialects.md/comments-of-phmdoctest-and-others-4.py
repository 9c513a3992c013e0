print(len(string.digits))  # 10
