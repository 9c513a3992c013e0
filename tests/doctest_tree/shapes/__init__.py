"""Shapes with a size.

>>> sorted(name for name in globals() if name.startswith("B"))
['Box']
>>> __name__
'shapes'
"""

from .box import Box
