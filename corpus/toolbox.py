"""A toolbox, whose docstrings hold its examples.

>>> twice("ab")
'abab'
>>> [twice(number) for number in (1, 2)]
[2, 4]

The same in a fence:

```python
twice([0])  # [0, 0]
twice(1.5)  # 2.5
```
"""
import re

LIMIT = 3
_cache = {}


def twice(value):
    """Doubles a value.

    Example::

        for value in ("a", 1):
            print(twice(value))

    Output::

        aa
        2
    """
    return value + value


def words(text):
    r"""The words of a text.

    >>> words("one two\tthree")
    ['one', 'two', 'three']
    >>> words("")
    ['']
    """
    return re.findall(r"\w+", text)


class Box:
    """Holds at most `LIMIT` things.

    .. code-block:: python

       box = Box()
       box.put("a")
       len(box)  # 1
       box.things  # ['a']

    .. code-block:: bash

       python -m doctest toolbox.py
    """

    def __init__(self):
        self.things = []

    def __len__(self):
        return len(self.things)

    def put(self, thing):
        """Puts a thing in.

        >>> box = Box()
        >>> for number in range(LIMIT):
        ...     box.put(number)
        >>> box.put("more")
        Traceback (most recent call last):
        ...
        ValueError: the box is full
        >>> len(box)
        4
        """
        if len(self) == LIMIT:
            raise ValueError("the box is full")
        self.things.append(thing)

    def take(self):
        """Takes the last thing out; >>> in a line is no prompt.

        ~~~python
        from toolbox import Box, _cache
        box = Box()
        box.put("a")
        box.put("b")
        box.take()  # 'b'
        __name__  # 'toolbox'
        ~~~
        """
        # >>> a comment is no docstring
        return self.things.pop()


if __name__ == "__main__":
    raise SystemExit("this is a library")
