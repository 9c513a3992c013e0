import typing
from typing import Optional, Union, List, get_type_hints, get_args, NamedTuple, TypedDict

def pay(sum: int, to: "str" = "me") -> None: ...

get_type_hints(pay)["to"]        # <class 'str'>
pay.__annotations__["to"]        # 'str'
get_args(List[int])              # (<class 'int'>,)
Union[int, int]                  # <class 'int'>
Union[int, None] == Optional[int]   # True
isinstance([1], List)            # True
isinstance([1], List[int])       # TypeError

class Spot(NamedTuple):
    x: int
    y: int = 0

Spot(1)                # Spot(x=1, y=0)
Spot("one").x          # 'one' — nobody checks

class Card(TypedDict):
    name: str

type(Card(name="Bo"))  # <class 'dict'>
typing.cast(int, "5")  # '5' (cast does nothing)
