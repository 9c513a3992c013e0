"""Goes once through what every example goes through, before any is forked.

An interpreter learns while it runs: it specialises code, caches where types find their attributes,
resolves symbols of libraries. What it learns before the fork no example need learn again, in pages that
it would have to copy first. Nothing of it can be seen from within: what was loaded is put away again.
"""

REHEARSED = '''
import json, re
from collections import Counter, defaultdict, namedtuple
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, wraps
from typing import Dict, List, Optional

@dataclass(order=True)
class Point:
    """A class like those of many examples."""
    x: int = 0
    names: List[str] = field(default_factory=list)

    @property
    def double(self) -> int:
        return self.x * 2

class Color(Enum):
    RED = 1
    BLUE = 2

class Base:
    def __init__(self, value):
        self.value = value
    def __repr__(self):
        return f"{type(self).__name__}({self.value!r})"
    def __eq__(self, other):
        return isinstance(other, Base) and self.value == other.value

class Child(Base):
    def __init__(self, value, *rest, **named):
        super().__init__(value)
        self.rest = rest

def decorated(function):
    @wraps(function)
    def wrapper(*arguments, **named):
        return function(*arguments, **named)
    return wrapper

@decorated
def add(a: int, b: int = 2) -> int:
    return a + b

@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@contextmanager
def opened(name):
    yield name

def numbers(n):
    for number in range(n):
        yield number

Pair = namedtuple("Pair", "left right")
words = "the quick brown fox jumps over the lazy dog the end".split()
counts, groups = Counter(words), defaultdict(list)
for index, word in enumerate(words):
    groups[len(word)].append(word)
squares = [number ** 2 for number in numbers(10) if number % 2 == 0]
table: Dict[str, int] = {word: len(word) for word in sorted(set(words))}
first, *rest = squares
with opened("name") as name:
    total = sum(squares) + add(1) + fib(10) + Pair(1, 2).left + Point(3).double
try:
    table["missing"]
except KeyError as error:
    message = str(error)
try:
    int("x")
except (ValueError, TypeError) as error:
    message = f"{type(error).__name__}: {error}"
finally:
    found = re.findall("[a-z]+", message)
print(counts.most_common(2), dict(groups), squares, Child(1, 2), Point(1) < Point(2), Color.RED)
print(json.dumps({"a": [1, 2.5, None, True]}), json.loads("[1, 2]"), *rest, sep=", ")
print(total)
print("%s %d %.2f" % ("a", 1, 2.5), "{:>5}|{}".format("b", total), f"{total:,} {message!r}", list(zip(words, squares)))
'''

# Starts of lines of it, with what is watched there, and what is claimed.
WATCHED = [
    ("squares =", "value", ["[0, 4, 16, 36, 64]"]),
    ("first, *rest", "ends", []),
    ("print(total)", "argument", ["1"]),
]


def line_of(start):
    return REHEARSED[:REHEARSED.index("\n" + start) + 1].count("\n") + 1


def rehearse(rounds):
    """To be called when all that is loaded early is put away; leaves everything as it was."""
    global state
    kept = (sys.argv, list(sys.path), sys.modules["__main__"], dict(sys.path_importer_cache))
    original = getattr(sys, "orig_argv", None)
    deferred.is_waiting = True
    try:
        for number in range(rounds):
            live_once(number % 2 == 1)
    except Exception:
        pass  # only a wish to be faster
    finally:
        deferred.is_waiting = False
        state = None
        sys.argv, sys.path[:], sys.modules["__main__"], importers = kept
        sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
        if original is not None:
            sys.orig_argv = original
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(importers)
        stash_finder.put_away()
        forget_caches()


def live_once(is_observed):
    """An example from its start to its end, with nothing of the system touched."""
    probes = [{"id": number, "line": line_of(start), "column": 0, "watch": watch, "claimed": claimed}
              for number, (start, watch, claimed) in enumerate(WATCHED)]
    sys.stdout = output = open("/dev/null", "w")
    namespace = prepare({
        "program": {"module": REHEARSED}, "file_name": "example.py", "module": None,
        "tests": [], "explains": False,
        "probes": probes if is_observed else [], "watch_output": is_observed,
        "given": {"environment": [], "arguments": [], "stdin": ""}}, "/", True)
    code = compile_module()
    exec(code, namespace)
    try:
        exec("1 / 0", namespace)
    except ZeroDivisionError as error:
        describe(error)
    flush()
    loaded("threading")
    del namespace, code
    clear_modules()
    output.close()
    stash_finder.put_away()
