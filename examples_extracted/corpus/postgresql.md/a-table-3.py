db.execute("insert into tea values ('green', 3)")
