open("ledger-of-1897.csv")     # FileNotFoundError
