import sys

a = sys.intern("".join(["old ", "pier"]))
b = sys.intern("".join(["old", " pier"]))
a is b        # True
"".join(["old", " pier"]) is a   # False
