name = "a b"
name is "".join(["a b"])     # Maybe True
id(name) == id("a b")        # usually True
hash("x") == hash("x")       # True
import sys
sys.getsizeof([]) > 0        # True
sys.getsizeof([])            # e.g. 56, depends on the build
