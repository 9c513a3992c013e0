"caf\u00e9".encode("utf-8")
len("caf\u00e9"), len("caf\u00e9".encode("utf-8"))
"caf\u00e9".encode("ascii")
b"abc"[1], b"abc"[1:2]
"%5.2f|%-4s|%03d" % (3.14159, "ab", 7)
