db.execute("select name, price from tea order by price").fetchall()
# [('black', Decimal('2.00')), ('green', Decimal('2.50'))]
