from urllib.request import urlopen

with urlopen("http://127.0.0.1:9/status", timeout=2) as answer:
    print(answer.status)      # 200
