import sys
import json

json is sys.modules["json"]    # True
import json as again
again is json                  # True ‚Üí nothing was loaded twice
