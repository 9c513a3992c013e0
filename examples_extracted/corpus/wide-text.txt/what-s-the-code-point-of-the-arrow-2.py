"→".encode("utf-16-le")
"é" < "z"
