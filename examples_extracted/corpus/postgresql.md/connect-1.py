import psycopg

db = psycopg.connect("host=localhost user=postgres", autocommit=True)
db.execute("select 6 * 7").fetchone()         # (42,)
db.info.server_version >= 130000              # True
