class Plugin:
    known = {}

    def __init_subclass__(cls, key=None, **rest):
        super().__init_subclass__(**rest)
        Plugin.known[key or cls.__name__.lower()] = cls

class Csv(Plugin): ...
class Text(Plugin, key="txt"): ...

sorted(Plugin.known)             # ['csv', 'txt']
Plugin.known["txt"] is Text      # True
