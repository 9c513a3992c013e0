def steps():
    got = yield "ready"
    while got != "stop":
        got = yield got.upper()

s = steps()
next(s)
s.send("left")
s.send("stop")
