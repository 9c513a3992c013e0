import counter                  # prints counter is loaded
from counter import up, total
import counter                  # the second import prints nothing
up()                            # 1
up()                            # 2
counter.total                   # 2
total                           # 0 (the name was bound before the calls)
