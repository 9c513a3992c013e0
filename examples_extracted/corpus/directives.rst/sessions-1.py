"a,b,,".split(",")
round(2.5)
{}["key"]
