db.execute("create table tea (name text primary key, price numeric(6, 2))").statusmessage    # 'CREATE TABLE'
db.execute("insert into tea values ('green', 2.5), ('black', 2)").rowcount                   # 2
