db.execute("select null = null").fetchone()           # (None,)
db.execute("select null is null").fetchone()          # (False,)
