from contextlib import suppress, ExitStack, redirect_stdout, closing
import io

with suppress(KeyError):
    {}["x"]
    print("never printed")

buffer = io.StringIO()
with redirect_stdout(buffer):
    print("caught")
buffer.getvalue()        # 'caught\n'

order = []
with ExitStack() as stack:
    stack.callback(order.append, "first in")
    stack.callback(order.append, "last in")
order                    # ['last in', 'first in']
