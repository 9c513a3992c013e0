"""Several examples in one process: what is put back between them, and whether one has left anything that
the next could see.

That they leave nothing is proved before, by their syntax (traceless/ in the program). What a proof by syntax
can miss is looked for here: names of modules and of builtins that stand for something else, attributes of
classes, functions and objects in modules, and what the containers there hold.
"""

CONTAINERS = (list, dict, set)
PLAIN_VALUES = (str, int, float, bytes, bool, type(None), module_type, type(len))
# Flags of types: one that was made at run time, and one that all the same cannot be changed.
MADE_AT_RUN_TIME, IMMUTABLE = 1 << 9, 1 << 8
flags_of = type.__dict__["__flags__"].__get__
proxy_type = type(type.__dict__)
referents_of = gc.get_referents


class Snapshot:
    """What the names of a module stand for, and what is in that."""

    def __init__(self, namespace):
        self.lists = []
        self.dictionaries = [namespace]
        for value in list(namespace.values()):
            if value is not builtins.__dict__:  # which has one of its own
                self.add(value)
        self.copies = [kind(value) for kind, value in self.lists]
        self.held = Held(self.dictionaries)

    def add(self, value):
        if type(value) in CONTAINERS:
            self.add_container(value)
        elif type(value) not in PLAIN_VALUES and not is_immutable(value):
            attributes = getattr_quietly(value, "__dict__")
            if type(attributes) is proxy_type:
                attributes, = referents_of(attributes)
            if type(attributes) is dict:
                self.dictionaries.append(attributes)
                for name, part in attributes.items():
                    # There an enumeration keeps its combinations (`re.I | re.M`) when they are first asked for.
                    if type(part) in CONTAINERS and name != "_value2member_map_":
                        self.add_container(part)

    def add_container(self, value):
        if type(value) is dict:
            self.dictionaries.append(value)
        else:
            self.lists.append((type(value), value))

    def is_unchanged(self):
        return self.held.is_unchanged() and self.copies == [value for _, value in self.lists]


def is_immutable(value):
    """Whether it is a type whose attributes nobody can set."""
    return isinstance(value, type) and flags_of(value) & (MADE_AT_RUN_TIME | IMMUTABLE) != MADE_AT_RUN_TIME


class Between:
    """What every example of a group begins with."""

    def __init__(self):
        self.path = list(sys.path)
        self.importers = dict(sys.path_importer_cache)
        self.hooks = list(sys.meta_path), list(sys.path_hooks)
        self.streams = sys.stdin, sys.stdout, sys.stderr
        sys.modules["__main__"] = None
        self.note_modules()

    def put_back(self, reach):
        """Puts back what every example changes by its life alone; gives whether all else that it could
        reach is as it was."""
        sys.stdout.__dict__.pop("write", None)
        builtins.__dict__.pop("_", None)
        forget_caches()
        if "decimal" in sys.modules:
            # Its context is a copy of this, as when a thread asks for the first time.
            stashed["decimal"].setcontext(stashed["decimal"].DefaultContext)
        unchanged = self.are_modules_unchanged() \
            and (sys.meta_path, sys.path_hooks) == self.hooks \
            and (sys.stdin, sys.stdout, sys.stderr) == self.streams and not sys.stdout.closed \
            and not sys.stderr.closed \
            and all(snapshots[name].is_unchanged() for name in ["builtins", *reach])
        sys.path[:] = self.path
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(self.importers)
        return unchanged

    def note_modules(self):
        self.modules = dict(sys.modules)
        self.held_modules = Held([sys.modules])
        self.count = len(stash_finder.back)

    def are_modules_unchanged(self):
        """Whether no modules are there but those of before and what the example has imported. That stays where it
        is, as who does not import it cannot see it; but for modules that would show in their package."""
        if len(stash_finder.back) > self.count:
            if not all(sys.modules.get(name) is stashed[name] for name in stash_finder.back[self.count:]):
                return False
            stash_finder.put_away_what_shows(self.count)
        if len(stash_finder.back) == self.count:
            return self.held_modules.is_unchanged()
        stays = stash_finder.back[self.count:]
        modules = {name: module for name, module in sys.modules.items() if name not in stays}
        unchanged = modules.keys() == self.modules.keys() and all(map(is_same, modules.values(), self.modules.values()))
        self.note_modules()
        return unchanged


between = None
snapshots = {}


def take_snapshots():
    global is_same
    is_same = early("operator").is_
    forget_caches()
    for name in [*TRACELESS_MODULES, "builtins"]:
        module = stashed.get(name) or sys.modules.get(name)
        if module is not None:
            snapshots[name] = Snapshot(module.__dict__)


def forget_caches():
    """What is kept of code and patterns: the next example is to be warned as the first one was."""
    early("re").purge()
    early("linecache").cache.clear()


def begin_group():
    global between
    between = Between()


def end_shared(reach):
    """Called when an example of a group has ended, with the modules that it could reach; gives whether
    the next may follow."""
    global state
    state = None
    return between.put_back(reach)
