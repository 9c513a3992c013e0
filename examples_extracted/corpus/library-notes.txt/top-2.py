from dataclasses import dataclass

@dataclass
class Bad:                # ValueError: mutable default <class 'list'> for field items is not allowed
    items: list = []      # the error comes from the decorator
