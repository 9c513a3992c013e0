with open("ledger-of-1897.csv") as ledger:
    first = ledger.readline()

first.split(",")
