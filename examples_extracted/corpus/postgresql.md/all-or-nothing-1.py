import psycopg

with psycopg.connect("host=localhost user=postgres") as both:
    both.execute("create table cup (colour text)")
    both.execute("insert into cup values ('red')")
    both.rollback()
    print(both.execute("select to_regclass('cup')").fetchone())
