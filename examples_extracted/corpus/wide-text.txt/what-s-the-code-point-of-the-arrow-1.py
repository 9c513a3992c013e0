ord("→")           # 8594
chr(8594) == "→"   # True
"→".encode("ascii", "replace")   # b'?'
"→".encode("ascii")              # UnicodeEncodeError
"ß".upper()        # 'ß'
