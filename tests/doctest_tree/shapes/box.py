r"""Boxes, and most of what doctest knows.

>>> Box(2).side
Length(2)
>>> counter = 1
>>> 2 + 3
5
>>> _ + 1
6
"""

import enum
import sys
import traceback

from . import unit
from .unit import Length, TooLong


class Box:
    """Names are new in every docstring.

    >>> counter
    Traceback (most recent call last):
      ...
    NameError: name 'counter' is not defined
    >>> __name__, Box.__module__
    ('shapes.box', 'shapes.box')
    >>> class Here: pass
    >>> Here
    <class 'shapes.box.Here'>
    >>> __file__.endswith("box.py")
    True
    """

    def __init__(self, side):
        if side > 9:
            raise TooLong(f"{side} is too long")
        self._side = Length(side)

    @property
    def side(self):
        """
        >>> Box(3).side.number
        3
        """
        return self._side

    def _size(self):
        return self._side.number ** 3

    size = property(_size, doc="""
        >>> Box(3).size
        27
        >>> Box(3).size  # wrong on purpose
        28
        """)

    class Lid:
        '''
        >>> Box.Lid().shut()
        shut
        '''

        def shut(self):
            """Tabs count as in a terminal.

	>>> if True:
	...	Box.Lid().shut()
	shut
            """
            print("shut")


def errors():
    """
    The text of the exception counts, the stack does not.

    >>> Box(10)
    Traceback (most recent call last):
      File "somewhere", line 7, in nowhere
        anything at all
    shapes.unit.TooLong: 10 is too long
    >>> Box(10)
    Traceback (most recent call last):
    [the stack is left out]
    shapes.unit.TooLong: 10 is too long
    >>> Box(10)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    elsewhere.TooLong: whatever
    >>> Box(10)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    shapes.unit.TooLong: ... too long
    >>> raise ValueError("two\\nlines")
    Traceback (most recent call last):
    ValueError: two
    lines
    >>> raise KeyError
    Traceback (most recent call last):
    KeyError
    >>> def f():
    ...     raise TypeError("no")
    >>> try:
    ...     f()
    ... except TypeError:
    ...     traceback.print_exc(file=sys.stdout)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
      ...
    TypeError: no
    >>> 1 +
    Traceback (most recent call last):
      ...
    SyntaxError: invalid syntax
    >>> Box(10)
    <Box>
    >>> Box(3).side
    Traceback (most recent call last):
    ValueError: not raised
    """


def outputs():
    r"""
    >>> print("a\n\nb")
    a
    <BLANKLINE>
    b
    >>> print("<BLANKLINE>")  # doctest: +DONT_ACCEPT_BLANKLINE
    <BLANKLINE>
    >>> 2 == 2
    1
    >>> 2 == 3
    0
    >>> 2 == 2  # doctest: +DONT_ACCEPT_TRUE_FOR_1
    1
    >>> print(list(range(20)))  # doctest: +ELLIPSIS
    [0, 1, ..., 18, 19]
    >>> print("x y   z")  # doctest: +NORMALIZE_WHITESPACE
    x  y z
    >>> print("a\n\n    b 1")  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    a
    <BLANKLINE>
    b ...
    >>> print("no end", end="")
    no end
    >>> sys.stdout.write("text\n")
    text
    5
    >>> print("more")  # doctest: +SKIP
    less
    >>> 1 / 0  # doctest: +SKIP
    >>> None
    >>> x = [1,
    ...      2]; x
    [1, 2]
    >>> for i in range(2):
    ...     i
    ...
    0
    1
    >>> "ä"
    '\xe4'
    >>> 1; 2
    1
    2
    >>> 5
    6
    >>> enum.Enum("Colour", "RED BLUE").RED
    <Colour.RED: 1>
    """


def sources():
    """What is typed at the prompt has a source, as below doctest.

    >>> def typed(x):
    ...     return x
    >>> import inspect
    >>> print(inspect.getsource(typed))
    def typed(x):
        return x
    <BLANKLINE>
    >>> typed.__code__.co_filename
    '<doctest shapes.box.sources[0]>'
    >>> # no example for doctest
    >>> (lambda: 0).__code__.co_filename
    '<doctest shapes.box.sources[4]>'
    """


more = """
>>> Box(1).size
1
"""

__test__ = {"named": more, "in pieces":
    ">>> unit.Length(1)\n"
    "Length(1)\n", "twice": """
>>> Box(4).size
64
>>> Box(4).size
63
"""}


def own_names():
    """The names of a docstring are not those of the program.

    >>> exec("shared = 1", vars(sys.modules["__main__"]))
    >>> shared = 0
    >>> sys.modules["__main__"].shared
    1
    """


def copied():
    pass


copied.__doc__ = """
>>> Box(5).size
125
"""
