None
[None]
"a" "b"
