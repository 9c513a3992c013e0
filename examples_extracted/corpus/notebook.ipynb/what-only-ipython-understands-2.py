total // 2
