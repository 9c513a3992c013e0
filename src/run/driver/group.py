"""Several examples in one process: what is put back between them, and whether one has left anything that
the next could see.

That they leave nothing is proved before, by their syntax (traceless/ in the program). What a proof by syntax
can miss is looked for here: names of modules and of builtins that stand for something else, attributes of
classes, functions and objects in modules, and what the containers there hold.
"""

PLAIN_VALUES = (str, int, float, bytes, bool, type(None), module_type, type(len))


class Snapshot:
    """What the names of a module stand for, and what is in that."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.names = dict(namespace)
        self.parts = []  # containers and attributes, each with a copy
        for value in list(namespace.values()):
            self.add(value)

    def add(self, value):
        kind = type(value)
        if kind in (list, dict, set):
            self.parts.append((value, kind(value)))
            return
        if kind in PLAIN_VALUES:
            return
        attributes = getattr_quietly(value, "__dict__")
        if attributes is not None:
            self.parts.append((attributes, dict(attributes)))
            for name, part in attributes.items():
                # There an enumeration keeps its combinations (`re.I | re.M`) when they are first asked for.
                if type(part) in (list, dict, set) and name != "_value2member_map_":
                    self.parts.append((part, type(part)(part)))

    def is_unchanged(self):
        return self.namespace == self.names and all(part == copy for part, copy in self.parts)


class Between:
    """What every example of a group begins with."""

    def __init__(self):
        self.path = list(sys.path)
        self.importers = dict(sys.path_importer_cache)
        self.hooks = list(sys.meta_path), list(sys.path_hooks)
        self.modules = {name: module for name, module in sys.modules.items() if name != "__main__"}

    def put_back(self):
        """Puts back what every example changes by its life alone; gives whether all else is as it was."""
        sys.stdout.__dict__.pop("write", None)
        builtins.__dict__.pop("_", None)
        forget_caches()
        came = [name for name in sys.modules if name not in self.modules and name != "__main__"]
        used = [snapshots[name] for name in snapshots if name in sys.modules]
        unchanged = all(name in stashed for name in came) \
            and all(sys.modules.get(name) is module for name, module in self.modules.items()) \
            and (sys.meta_path, sys.path_hooks) == self.hooks
        # Importing `collections.abc` gives a name to `collections`, which goes with this.
        stash_finder.put_away()
        unchanged = unchanged and all(snapshot.is_unchanged() for snapshot in used)
        sys.path[:] = self.path
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(self.importers)
        return unchanged


between = None
snapshots = {}


def take_snapshots():
    """Of all modules that examples without a trace can reach."""
    known = dict(sys.modules)
    known.update(stashed)
    reached = set()
    for name in TRACELESS_MODULES:
        reached.update(stash_finder.closures.get(name, (name,)))
    for name in reached | {"builtins"}:
        if name in known:
            snapshots[name] = Snapshot(known[name].__dict__)


def forget_caches():
    """What is kept of code and patterns: the next example is to be warned as the first one was."""
    early("re").purge()
    early("linecache").cache.clear()


def begin_group():
    global between
    between = Between()


def end_shared():
    """Called when an example of a group has ended; gives whether the next may follow."""
    global state
    state = None
    return between.put_back()
