with open("ledger.csv", "w") as ledger:
    ledger.write("date,sum\n1897-05-01,12\n")     # 23 (characters)

with open("ledger.csv") as ledger:
    header, *rows = ledger.read().splitlines()

header      # 'date,sum'
len(rows)   # 1
