rows = json.loads("[1, 2]")
len(rows)            # 2
