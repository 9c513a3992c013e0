"""The Python side of a run, first part: pre-importing.

The parts are executed once, in the order of their list in example.rs, in the worker, in one namespace that
is no module and has builtins of its own, so that examples neither see nor change it. `Hook`, `Writer`,
`put`, `mark_after_end`, `set_continuation`, `observing` and `last_address` are put there by observe.rs,
`TRACELESS_MODULES` and the other words of the proof by example.rs. Everything used later is bound here,
early: examples may replace any function of any module.
"""
import sys
loaded_before = set(sys.modules)
import os, builtins, gc, atexit, _warnings, errno as errno_names
from itertools import compress
import _frozen_importlib, _frozen_importlib_external
from _thread import get_ident

SourceFileLoader = _frozen_importlib_external.SourceFileLoader
ModuleSpec = _frozen_importlib.ModuleSpec
module_type = type(sys)
get_frame = sys._getframe
VERSION = sys.version_info
(fork, waitpid, exit_now, dup, dup2, open_file, close, lseek) = (
    os.fork, os.waitpid, os._exit, os.dup, os.dup2, os.open, os.close, os.lseek)
getpid, absolute_path = os.getpid, os.path.abspath
environ = os.environ
run_exit_functions = atexit._run_exitfuncs
collect_garbage, count_garbage, garbage_statistics = gc.collect, gc.get_count, gc.get_stats
REFUSED = (errno_names.EPERM, errno_names.EACCES, errno_names.EROFS)
UNREACHABLE = (errno_names.ENETUNREACH, errno_names.EHOSTUNREACH, errno_names.EADDRNOTAVAIL)

# What this side needs itself.
NEEDED = "ast __future__ re linecache tokenize traceback threading warnings signal logging copyreg".split()


# Pre-importing. An example must find sys.modules, and the attributes of packages, as a fresh
# interpreter has them; so what was imported early is moved aside together with the record of what
# each module imported, and comes back with the first import of it.

class RecordingLoader:
    """Notes which module is being executed, for the imports it makes."""

    def __init__(self, spec, stack, edges):
        self.loader = spec.loader
        self.spec = spec
        self.stack = stack
        self.edges = edges

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.spec.loader = self.loader
        try:
            module.__loader__ = self.loader
        except AttributeError:
            pass
        self.stack.append(self.spec.name)
        before = set(sys.modules)
        try:
            self.loader.exec_module(module)
        finally:
            self.stack.pop()
            # What came without an import statement: by C code, or put there (`typing.io`).
            came = [name for name in sys.modules if name not in before]
            self.edges.setdefault(self.spec.name, {}).update(dict.fromkeys(came, True))


class RecordingFinder:
    def __init__(self, stack, edges):
        self.stack = stack
        self.edges = edges

    def find_spec(self, name, path=None, target=None):
        for finder in sys.meta_path:
            if finder is not self:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if not isinstance(spec.loader, StashLoader) and hasattr(spec.loader, "exec_module"):
                        spec.loader = RecordingLoader(spec, self.stack, self.edges)
                    return spec
        return None


class Deferred:
    """What modules ask for when they are imported, to be done at every fork or at the end. It is kept
    until an example imports them: else each example would pay for it, and it would happen in another
    order than in a fresh interpreter."""

    def __init__(self):
        self.requests = {}  # module: calls that it made
        self.is_waiting = False

    def keep(self, stack, request):
        """The function that stands for `request` while modules are imported."""
        def keep_for_later(*arguments, **keywords):
            if not stack:
                return request(*arguments, **keywords)
            self.requests.setdefault(stack[-1], []).append((request, arguments, keywords))
            return arguments[0] if arguments else None
        return keep_for_later

    def make_up(self, name):
        """Called when a module comes back: asks for what it asked for, and does what the fork of this
        example would have done."""
        if self.is_waiting:
            return
        for request, arguments, keywords in self.requests.pop(name, ()):
            try:
                request(*arguments, **keywords)
                if request is register_at_fork:
                    for moment in ("before", "after_in_child"):
                        keywords.get(moment, nothing)()
            except Exception:
                pass  # the module does without, as where the platform cannot fork


def nothing():
    pass


deferred = Deferred()
register_at_fork, register_at_exit = os.register_at_fork, atexit.register


def import_recorded(names):
    """Imports, and gives for each module the modules that it imported."""
    edges, stack = {}, []
    original = builtins.__import__

    def recording_import(name, globals=None, locals=None, fromlist=(), level=0):
        result = original(name, globals, locals, fromlist, level)
        if stack:
            imported = edges.setdefault(stack[-1], {})
            full = name
            if level:
                package = ((globals or {}).get("__package__") or "").split(".")
                if level > 1:
                    package = package[:1 - level]
                full = ".".join(package + ([name] if name else []))
            imported[full] = True
            for item in fromlist or ():
                if full + "." + str(item) in sys.modules:
                    imported[full + "." + str(item)] = True
        return result

    finder = RecordingFinder(stack, edges)
    sys.meta_path.insert(0, finder)
    builtins.__import__ = recording_import
    os.register_at_fork = deferred.keep(stack, register_at_fork)
    atexit.register = deferred.keep(stack, register_at_exit)
    try:
        for name in names:
            try:
                original(name)
            except Exception:
                pass  # not there in this version or build
    finally:
        builtins.__import__ = original
        os.register_at_fork, atexit.register = register_at_fork, register_at_exit
        sys.meta_path.remove(finder)
    return edges


def closures_of(new, stashed, edges, known):
    """For each new one of the stashed modules those that importing it brings along, in order of their import;
    of the others that is known."""
    order = list(stashed)
    bits = {name: 1 << index for index, name in enumerate(order)}  # sets of modules, as bits
    direct = {name: brought_by(name, edges, stashed) for name in new}
    reach = {name: bits[name] for name in new}
    for other in set().union(*direct.values()).difference(new):
        reach[other] = sum(bits[member] for member in known[other])
    is_growing = True
    while is_growing:
        is_growing = False
        # What a module imports stands after it.
        for name in reversed(new):
            reached = reach[name]
            for other in direct[name]:
                reached |= reach[other]
            if reached != reach[name]:
                reach[name] = reached
                is_growing = True
    return {name: list(compress(order, map(int, bin(reach[name])[:1:-1]))) for name in new}


def brought_by(name, edges, stashed):
    """The stashed modules that a module imports itself, with the packages that they and it are in."""
    brought = set()
    for other in [name, *edges.get(name, ())]:
        while other:
            if other in stashed:
                brought.add(other)
            other = other.rpartition(".")[0]
    return brought


class StashLoader:
    def __init__(self, module):
        self.module = module
        self.spec = getattr(module, "__spec__", None)

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


class StashFinder:
    """Puts a stashed module, and what it imported, back on its first import."""

    def __init__(self):
        self.stash = {}
        self.back = []  # names of those that have come back
        self.everything = {}
        self.closures = {}
        # Modules whose name in their package stays as it is: they come with it anyway, so that nobody
        # sees it before, or it stands for something else there.
        self.in_place = set()
        self.showing = {}  # for those that were asked for: whether they show, or what they bring along
        # What an import does besides: a `Besides` for each module that does anything.
        self.besides = {}
        self.done_besides = []
        # Whether modules come back before the example is there, and those that have and ask for something at
        # forks or at the end, which is then left to the example's process. (Who goes through a list touches the
        # names in it, which every example would have to copy.)
        self.is_early = False
        self.came_early = []
        # Whether that which draws random numbers is among them.
        self.draws_early = False

    def put_away(self):
        """Moves aside again what has come back."""
        for name in self.back:
            self.move_aside(name)
        self.back.clear()
        self.came_early.clear()
        self.draws_early = False
        while self.done_besides:
            self.done_besides.pop().undo()

    def put_away_what_shows(self, count):
        """Of what has come back after so many others moves aside again what can be seen by who does not import it:
        in a package that would not have it, or because it brings such a module along."""
        came = self.back[count:]
        del self.back[count:]
        for name in came:
            if self.shows(name):
                self.move_aside(name)
            else:
                self.back.append(name)

    def shows(self, name):
        if name not in self.showing:
            self.showing[name] = any(
                "." in member and member not in self.in_place for member in self.closures[name])
        return self.showing[name]

    def move_aside(self, name):
        sys.modules.pop(name, None)
        parent, _, child = name.rpartition(".")
        if parent and name not in self.in_place:
            package = self.everything.get(parent) or sys.modules.get(parent)
            if package is not None:
                package.__dict__.pop(child, None)
        self.stash[name] = self.everything[name]

    def make_up(self):
        """Called in the process of an example: does what imports before its fork have left."""
        for member in self.came_early:
            deferred.make_up(member)

    def find_spec(self, name, path=None, target=None):
        module = self.stash.get(name)
        if module is None:
            return None
        modules = sys.modules
        for member in self.closures[name]:
            found = self.stash.pop(member, None)
            if found is None:
                continue
            self.back.append(member)
            parent, _, child = member.rpartition(".")
            if parent:
                package = self.everything.get(parent) or modules.get(parent)
                if package is not None and member not in self.in_place:
                    package.__dict__[child] = found
            if member != name:
                modules[member] = found
            if member in self.besides:
                self.besides[member].do()
                self.done_besides.append(self.besides[member])
            is_drawing = member == RANDOM_NUMBERS
            if self.is_early:
                self.draws_early |= is_drawing
                if member in deferred.requests:
                    self.came_early.append(member)
                continue
            if is_drawing:
                reseed()
            deferred.make_up(member)
        return ModuleSpec(name, StashLoader(module), origin=getattr(getattr(module, "__spec__", None), "origin", None),
                          is_package=hasattr(module, "__path__"))


def preload(modules, rounds):
    """Called once in the worker, with what it is worth while to import, and how often to rehearse; gives
    what examples must be able to read."""
    readable = readable_paths()
    importers = set(sys.path_importer_cache)
    global stash_finder, edges
    stash_finder = StashFinder()
    edges = import_recorded([*NEEDED, *modules])
    for path in set(sys.path_importer_cache) - importers:
        del sys.path_importer_cache[path]
    put_aside([name for name in sys.modules if name not in loaded_before])
    sys.meta_path.insert(0, stash_finder)
    global stashed, ast, future_flags
    stashed = stash_finder.everything
    ast = stashed["ast"]
    future = stashed["__future__"]
    future_flags = 0
    for feature in future.all_feature_names:
        future_flags |= getattr(future, feature).compiler_flag
    if rounds:
        rehearse(rounds)
    take_snapshots()
    prepare_to_fork(fills=rounds > 0)
    return readable


def put_aside(names):
    """Moves modules out of sight."""
    finder = stash_finder
    new = [name for name in names if name not in finder.everything]
    for name in names:
        finder.stash[name] = finder.everything[name] = sys.modules.pop(name)
    finder.closures.update(closures_of(new, finder.everything, edges, finder.closures))
    for name in names:
        parent, _, child = name.rpartition(".")
        package = finder.everything.get(parent) or sys.modules.get(parent) if parent else None
        if package is not None:
            is_module = package.__dict__.get(child) is finder.everything[name]
            if is_module and name not in finder.closures.get(parent, ()):
                del package.__dict__[child]
            else:
                finder.in_place.add(name)
    # Whoever brings modules back writes to the memory of their names, which an example shares with its
    # zygote up to then, page by page: so all names lie side by side.
    side_by_side = {name: (name + ".")[:-1] for name in finder.everything}
    finder.stash = {side_by_side[name]: module for name, module in finder.stash.items()}
    for name, members in finder.closures.items():
        finder.closures[name] = [side_by_side[member] for member in members]


def readable_paths():
    """Folders an example must be able to read for this interpreter to work."""
    paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    paths += [path for path in sys.path if path]
    paths += [os.path.dirname(os.path.realpath(sys.executable)), os.path.dirname(sys.executable)]
    paths = {os.path.realpath(path) for path in paths if os.path.isabs(path)} | set(paths)
    return sorted(path for path in paths if os.path.isdir(path) and path not in ("/", os.path.expanduser("~")))
