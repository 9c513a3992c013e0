ask("LPUSH", "tea", "black")[:10]     # '-WRONGTYPE'
