db.execute("select 7 / 2, 7 / 2.0, -7 / 2").fetchone()
# (3, Decimal('3.5000000000000000'), -3)
