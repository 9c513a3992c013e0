db.execute("update tea set price = price * 2 where price > 2").rowcount     # 2
db.execute("select sum(price) from tea").fetchone()[0]                      # Decimal('7.00')
