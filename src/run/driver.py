"""The Python side of a run: pre-importing, instrumenting, observing, starting and ending.

Executed once in the worker, in a namespace that is no module and has builtins of its own, so that
examples neither see nor change it. `Hook`, `Writer`, `put`, `mark_after_end`, `set_continuation`
and `observing` are put there by observe.rs. Everything used later is bound here, early: examples
may replace any function of any module.
"""
import sys
loaded_before = set(sys.modules)
import os, builtins, gc, atexit, _warnings, errno as errno_names
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
collect_garbage = gc.collect
REFUSED = (errno_names.EPERM, errno_names.EACCES)
UNREACHABLE = (errno_names.ENETUNREACH, errno_names.EHOSTUNREACH, errno_names.EADDRNOTAVAIL)

PRELOADED = (
    "ast __future__ asyncio collections collections.abc dataclasses typing functools json re itertools "
    "contextlib threading datetime enum abc math random os sys io pathlib time traceback linecache "
    "logging copy string operator inspect subprocess tempfile concurrent.futures "
    "concurrent.futures.thread textwrap warnings decimal fractions heapq bisect statistics uuid hashlib pickle "
    "weakref types queue signal atexit socket selectors struct array csv pprint shutil calendar numbers "
    "contextvars timeit dis keyword platform sysconfig").split()


# ---------------------------------------------------------------------------------------------
# Pre-importing. An example must find sys.modules, and the attributes of packages, as a fresh
# interpreter has them; so what was imported early is moved aside together with the record of what
# each module imported, and comes back with the first import of it.

class RecordingLoader:
    """Notes which module is being executed, for the imports it makes."""

    def __init__(self, spec, stack):
        self.loader = spec.loader
        self.spec = spec
        self.stack = stack

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.spec.loader = self.loader
        try:
            module.__loader__ = self.loader
        except AttributeError:
            pass
        self.stack.append(self.spec.name)
        try:
            self.loader.exec_module(module)
        finally:
            self.stack.pop()


class RecordingFinder:
    def __init__(self, stack):
        self.stack = stack

    def find_spec(self, name, path=None, target=None):
        for finder in sys.meta_path:
            if finder is not self:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = RecordingLoader(spec, self.stack)
                    return spec
        return None


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

    finder = RecordingFinder(stack)
    sys.meta_path.insert(0, finder)
    builtins.__import__ = recording_import
    try:
        for name in names:
            try:
                original(name)
            except Exception:
                pass  # not there in this version or build
    finally:
        builtins.__import__ = original
        sys.meta_path.remove(finder)
    return edges


def closures_of(stashed, edges):
    """For each stashed module those that importing it brings along, in order of their import."""
    order = {name: index for index, name in enumerate(stashed)}
    closures = {}
    for start in stashed:
        seen, todo = set(), [start]
        while todo:
            name = todo.pop()
            while name:
                if name in stashed and name not in seen:
                    seen.add(name)
                    todo.extend(edges.get(name, ()))
                name = name.rpartition(".")[0]
        closures[start] = sorted(seen, key=order.get)
    return closures


class StashLoader:
    def __init__(self, module):
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


class StashFinder:
    """Puts a stashed module, and what it imported, back on its first import."""

    def __init__(self, stash, closures):
        self.stash = stash
        self.everything = dict(stash)
        self.closures = closures

    def find_spec(self, name, path=None, target=None):
        module = self.stash.get(name)
        if module is None:
            return None
        modules = sys.modules
        for member in self.closures[name]:
            found = self.stash.pop(member, None)
            if found is None:
                continue
            parent, _, child = member.rpartition(".")
            if parent:
                package = self.everything.get(parent) or modules.get(parent)
                if package is not None:
                    package.__dict__[child] = found
            if member != name:
                modules[member] = found
        return ModuleSpec(name, StashLoader(module), origin=getattr(module.__spec__, "origin", None),
                          is_package=hasattr(module, "__path__"))


def preload():
    """Called once in the worker; gives what examples must be able to read."""
    readable = readable_paths()
    edges = import_recorded(PRELOADED)
    names = [name for name in sys.modules if name not in loaded_before]
    stash = {name: sys.modules[name] for name in names}
    finder = StashFinder(stash, closures_of(stash, edges))
    for name in names:
        del sys.modules[name]
        parent, _, child = name.rpartition(".")
        if parent:
            package = stash.get(parent) or sys.modules.get(parent)
            if package is not None:
                package.__dict__.pop(child, None)
    sys.meta_path.insert(0, finder)
    global stashed, ast, asyncio, future_flags
    stashed = finder.everything
    ast, asyncio = stashed["ast"], stashed["asyncio"]
    future = stashed["__future__"]
    future_flags = 0
    for feature in future.all_feature_names:
        future_flags |= getattr(future, feature).compiler_flag
    collect_garbage()
    gc.freeze()
    return readable


def readable_paths():
    """Folders an example must be able to read for this interpreter to work."""
    paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    paths += [path for path in sys.path if path]
    paths += [os.path.dirname(os.path.realpath(sys.executable)), os.path.dirname(sys.executable)]
    paths = {os.path.realpath(path) for path in paths if os.path.isabs(path)} | set(paths)
    return sorted(path for path in paths if os.path.isdir(path) and path not in ("/", os.path.expanduser("~")))


# ---------------------------------------------------------------------------------------------
# One example: start and end, as `python example.py` starts and ends.

def prepare(plan, folder, own_tmp):
    """Lays out the example's folder and a new __main__; gives the namespace it runs in."""
    global state
    path = folder + "/" + plan["file_name"]
    files = list(plan["files"])
    session = "session" in plan["program"]
    if not session:
        files.append([plan["file_name"], plan["program"]["module"]])
    for name, text in files:
        write_file(folder, name, text)
    environ["HOME"] = folder
    environ["PWD"] = folder
    if not own_tmp:
        environ["TMPDIR"] = folder
    state = State(plan, path, folder, own_tmp)
    sys.argv = [path] if not session else [""]
    if VERSION >= (3, 10):
        sys.orig_argv = [sys.executable] + ([] if session else [path])
    if sys.path[:1] == [""]:
        del sys.path[0]
    sys.path.insert(0, "" if session else path.rpartition("/")[0])
    # A new module, not the frozen one: cycles through a frozen one are never collected, so
    # __del__ at the end would stay silent.
    main = module_type("__main__")
    namespace = main.__dict__
    if VERSION < (3, 14):
        namespace["__annotations__"] = {}
    namespace["__builtins__"] = builtins
    if session:
        namespace["__loader__"] = _frozen_importlib.BuiltinImporter
    else:
        namespace["__file__"] = path
        namespace["__cached__"] = None
        namespace["__loader__"] = SourceFileLoader("__main__", path)
    sys.modules["__main__"] = main
    if plan["watch_output"]:
        sys.stdout.write = Writer(sys.stdout.write, get_frame, "<stdin>" if session else path)
    return namespace


def write_file(folder, name, text):
    path = os.path.join(folder, name)
    parent = os.path.dirname(path)
    if parent != folder:
        os.makedirs(parent, exist_ok=True)
    # As bytes: line ends and a missing last one stay as they are in the document.
    descriptor = open_file(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        data = text.encode("utf-8", "surrogatepass")
        while data:
            data = data[os.write(descriptor, data):]
    finally:
        close(descriptor)


def finish():
    """What the end of an interpreter does that can be seen; gives its exit status."""
    status = 0
    threading = sys.modules.get("threading")
    if threading is not None:
        try:
            threading._shutdown()
        except BaseException:
            sys.excepthook(*sys.exc_info())
    run_exit_functions()
    if flush():
        status = 120
    sys.modules["__main__"] = None
    for name in ("last_type", "last_value", "last_traceback", "last_exc", "ps1", "ps2"):
        sys.__dict__.pop(name, None)
    collect_garbage()
    if flush():
        status = 120
    return status


def flush():
    failed = False
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name, None)
        if stream is None:
            continue
        try:
            if not getattr(stream, "closed", False):
                stream.flush()
        except BaseException:
            failed = failed or name == "stdout"
    return failed


def exit_status(error):
    """Status of an uncaught SystemExit, whose message goes to stderr."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xff if -2**63 <= code < 2**63 else 0xff
    try:
        sys.stdout.flush()
    except BaseException:
        pass
    try:
        sys.stderr.write(str(code) + "\n")
        sys.stderr.flush()
    except BaseException:
        pass
    return 1


class Silence:
    """Descriptors 1 and 2 lead nowhere while a prelude runs."""

    def __enter__(self):
        self.saved = [dup(1), dup(2)]
        nowhere = open_file("/dev/null", os.O_WRONLY)
        dup2(nowhere, 1)
        dup2(nowhere, 2)
        close(nowhere)

    def __exit__(self, *_):
        flush()
        for target, saved in zip((1, 2), self.saved):
            try:
                dup2(saved, target)
                close(saved)
            except OSError:
                pass


def await_value(value, namespace):
    """Code with a top-level await gives a coroutine instead of running."""
    global loop
    if loop is None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop.run_until_complete(value)


loop = None


# ---------------------------------------------------------------------------------------------
# Exceptions.

def describe(error):
    """A `Raised`."""
    kind = type(error)
    module = getattr(kind, "__module__", None)
    qualified = kind.__qualname__
    if isinstance(module, str) and module not in ("builtins", "__main__"):
        qualified = module + "." + qualified
    try:
        message = str(error)
    except BaseException:
        message = "<exception str() failed>"
    number = None
    name = getattr_quietly(error, "name") if isinstance(error, (NameError, ImportError)) else None
    if name is None and isinstance(error, NameError):
        parts = message.split("'")
        name = parts[1] if len(parts) > 2 else None
    if isinstance(error, OSError):
        name = getattr_quietly(error, "filename")
        number = getattr_quietly(error, "errno")
    return {
        "type_name": kind.__name__,
        "qualified": qualified,
        "bases": [base.__name__ for base in kind.__mro__ if base is not object],
        "message": message[:65536],
        "line": innermost_line(error),
        "name": None if name is None else str(name)[:4096],
        "errno": number if type(number) is int and -2**31 <= number < 2**31 else None,
    }


def getattr_quietly(value, name):
    try:
        return getattr(value, name, None)
    except BaseException:
        return None


def innermost_line(error):
    line, step = 0, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == state.path:
            line = step.tb_lineno or 0
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename == state.path:
        line = error.lineno or line
    return line


def report_end(error):
    """The exception that ended the program, and what of it the sandbox is to blame for."""
    if getpid() != state.process:
        return  # a fork of the example, which has an end of its own
    put({"exception": describe(error)})
    blocked = blocked_operation(error)
    if blocked is not None:
        put({"blocked": blocked[:4096]})


def blocked_operation(error, depth=0):
    if error is None or depth > 5 or not isinstance(error, BaseException):
        return None
    if isinstance(error, OSError):
        number, name = error.errno, error.filename
        kind = type(error).__name__
        if number in UNREACHABLE:
            return "network: unreachable"
        if kind == "gaierror":
            return "network: no name resolution"
        if number in REFUSED:
            words = (error.strerror or "refused").lower()
            if name is None:
                return innermost_call(error) + ": " + words
            where = name if isinstance(name, str) else os.fsdecode(name) if isinstance(name, bytes) else repr(name)
            # Within its own folders an example is refused only what it has forbidden itself.
            if not absolute_path(where).startswith("/tmp/" if state.own_tmp else state.folder + "/"):
                return "open " + where + ": " + words
    for nested in (getattr_quietly(error, "reason"), error.__cause__, error.__context__):
        blocked = blocked_operation(nested, depth + 1)
        if blocked is not None:
            return blocked
    return None


def innermost_call(error):
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step.tb_frame.f_code.co_name if step is not None and step.tb_frame.f_code.co_name != "<module>" else "system call"


# ---------------------------------------------------------------------------------------------
# Observation.

MOST_RECORDS = 1000
# Bytes of values kept of one probe, so that one in a loop leaves room for the others.
MOST_BYTES = 1 << 19


class State:
    """All about the one example of this process."""

    def __init__(self, plan, path, folder, own_tmp):
        self.plan = plan
        self.path = path
        self.folder = folder
        self.own_tmp = own_tmp
        self.process = getpid()
        self.after_end = False
        self.observer = None  # the thread that observes at this moment
        self.counts = {}
        self.bytes = {}
        self.hooks = []
        self.flags = 0


state = None


def record(probe, seen, size=0):
    identifier = probe["id"]
    if is_full(probe):
        return
    state.counts[identifier] = state.counts.get(identifier, 0) + 1
    state.bytes[identifier] = state.bytes.get(identifier, 0) + size
    put({"record": {"probe": identifier, "seen": seen, "after_end": state.after_end}})


def is_full(probe):
    identifier = probe["id"]
    return state.counts.get(identifier, 0) >= MOST_RECORDS or state.bytes.get(identifier, 0) >= MOST_BYTES


class Sink:
    """Stands for sys.stdout or sys.stderr while a value is rendered: what a __repr__ prints then
    the example itself would not have printed. Other threads write through it."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        return len(text) if get_ident() == state.observer else self.stream.write(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        if get_ident() != state.observer:
            self.stream.flush()

    def __getattr__(self, name):
        return getattr(self.stream, name)


class Observation:
    """For as long as code of the example runs that it did not call itself."""

    def __enter__(self):
        self.streams = sys.stdout, sys.stderr
        state.observer = get_ident()
        observing(True)
        sys.stdout, sys.stderr = Sink(sys.stdout), Sink(sys.stderr)

    def __exit__(self, *_):
        sys.stdout, sys.stderr = self.streams
        observing(False)
        state.observer = None


PLAIN = (type(None), bool, float, complex)


def saw_value(index, value):
    """A value passed through the hook."""
    if state.observer is not None and state.observer == get_ident():
        return  # a __repr__ that is itself watched, called by the observation
    probe, claims = state.hooks[index]
    if is_full(probe):
        return
    if type(value) in PLAIN and not claims:
        record(probe, {"value": render(value)})
        return
    with Observation():
        seen = render(value)
        frame = get_frame(1)
        seen["equals"] = [compare_claim(claim, value, frame) for claim in claims]
        record(probe, {"value": seen}, len(seen["repr"]) + len(seen["text"] or ""))


def saw_end(index, value):
    if state.observer is None or state.observer != get_ident():
        record(state.hooks[index], "ended")


def ignore_failure(index, value):
    return BaseException


LARGE = 100_000
LONGEST = 65_536


def render(value):
    kind = type(value)
    text = None
    shown = shorten(value, kind)
    if shown is None:
        try:
            shown = repr(value)
        except BaseException as error:
            shown = "<repr raised %s>" % brief(error)
        try:
            if kind.__str__ is not object.__str__:
                text = str(value)
                if text == shown:
                    text = None
        except BaseException:
            text = None
    name = None
    if isinstance(value, (type, function_type, builtin_type)):
        name = getattr_quietly(value, "__name__")
    return {
        "repr": shown[:LONGEST],
        "text": text if text is None else text[:LONGEST],
        "type_name": kind.__name__,
        "name": name if isinstance(name, str) else None,
        "equals": [],
    }


function_type, builtin_type = type(render), type(len)


def brief(error):
    try:
        return "%s: %s" % (type(error).__name__, str(error)[:200])
    except BaseException:
        return type(error).__name__


def shorten(value, kind):
    """Stands for a value whose repr would take long; None for all others."""
    try:
        if kind is str or kind is bytes or kind is bytearray:
            return repr(value[:LARGE]) if len(value) > LARGE else None
        if kind is int:
            return "<int of %d bits>" % value.bit_length() if value.bit_length() > 200_000 else None
        if isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) > LARGE:
            return "<%s of %d elements>" % (kind.__name__, len(value))
    except BaseException:
        pass
    return None


class NotHarmless(Exception):
    pass


class Unresolved(Exception):
    pass


def prepare_claims(probe):
    """The syntax trees of the claimed expressions; None where one is no expression."""
    trees = []
    for text in probe["claimed"]:
        try:
            trees.append(ast.parse(text.strip(), mode="eval").body)
        except Exception:
            trees.append(None)
    return trees


def compare_claim(tree, value, frame):
    if tree is None:
        return None
    try:
        claimed = evaluate(tree, frame, 0)
        return compare(value, claimed)
    except BaseException:
        return None


def compare(value, claimed):
    try:
        equal = bool(value == claimed)
    except BaseException:
        return None
    if not equal and value != value and claimed != claimed:
        equal = repr(value) == repr(claimed)
    if not equal and same_with_nan(value, claimed):
        equal = True
    if not equal:
        return "different"
    return "same" if same_types(value, claimed, 0) else "other_type"


def same_with_nan(value, claimed):
    kinds = (list, tuple, dict, float, complex)
    return type(value) is type(claimed) and type(value) in kinds and "nan" in repr(value) and repr(value) == repr(claimed)


def same_types(value, claimed, depth):
    kind = type(value)
    if kind is not type(claimed):
        return False
    if depth > 50:
        return True
    if isinstance(value, (list, tuple)):
        return all(same_types(one, other, depth + 1) for one, other in zip(value, claimed))
    if isinstance(value, dict):
        others = {key: key for key in claimed}
        return all(same_types(key, others.get(key, key), depth + 1) and same_types(item, claimed[key], depth + 1)
                   for key, item in value.items())
    if isinstance(value, (set, frozenset)):
        others = {item: item for item in claimed}
        return all(same_types(item, others.get(item, item), depth + 1) for item in value)
    return True


MISSING = object()


def look_up(name, frame):
    code = frame.f_code
    # Only where needed: reading f_locals of a function keeps its values alive.
    if name in code.co_varnames or name in code.co_cellvars or name in code.co_freevars:
        if frame.f_locals is not frame.f_globals:
            found = frame.f_locals.get(name, MISSING)
            if found is not MISSING:
                return found
    found = frame.f_globals.get(name, MISSING)
    if found is MISSING and frame.f_locals is not frame.f_globals and not code.co_flags & 2:
        found = frame.f_locals.get(name, MISSING)
    if found is MISSING:
        found = getattr(builtins, name, MISSING)
    if found is MISSING:
        raise Unresolved(name)
    return found


def evaluate(tree, frame, depth):
    """The value of an expression that cannot do harm."""
    if depth > 100:
        raise NotHarmless
    kind = type(tree).__name__
    inner = lambda node: evaluate(node, frame, depth + 1)
    if kind == "Constant":
        return tree.value
    if kind in ("Tuple", "List", "Set"):
        if any(type(item).__name__ == "Starred" for item in tree.elts):
            raise NotHarmless
        items = [inner(item) for item in tree.elts]
        return tuple(items) if kind == "Tuple" else items if kind == "List" else set(items)
    if kind == "Dict":
        if None in tree.keys:
            raise NotHarmless
        return {inner(key): inner(item) for key, item in zip(tree.keys, tree.values)}
    if kind == "Name":
        return look_up(tree.id, frame)
    if kind == "Attribute":
        owner = inner(tree.value)
        if not isinstance(owner, (type, module_type)):
            raise NotHarmless
        return getattr(owner, tree.attr)
    if kind == "UnaryOp":
        return unary(type(tree.op).__name__, number(inner(tree.operand)))
    if kind == "BinOp":
        return binary(type(tree.op).__name__, number(inner(tree.left)), number(inner(tree.right)))
    if kind == "Call":
        function = inner(tree.func)
        if not isinstance(function, type) or any(type(item).__name__ == "Starred" for item in tree.args):
            raise NotHarmless
        if any(keyword.arg is None for keyword in tree.keywords):
            raise NotHarmless
        return function(*[inner(item) for item in tree.args],
                        **{keyword.arg: inner(keyword.value) for keyword in tree.keywords})
    raise NotHarmless


def number(value):
    if type(value) not in (int, float, complex, bool):
        raise NotHarmless
    return value


def unary(operator, value):
    if operator == "USub":
        return -value
    if operator == "UAdd":
        return +value
    if operator == "Not":
        return not value
    return ~value


def binary(operator, left, right):
    if operator == "Add":
        return left + right
    if operator == "Sub":
        return left - right
    if operator == "Mult":
        return left * right
    if operator == "Div":
        return left / right
    if operator == "FloorDiv":
        return left // right
    if operator == "Mod":
        return left % right
    if operator == "Pow" and abs(left) < 2**64 and abs(right) < 1024:
        return left ** right
    raise NotHarmless


# ---------------------------------------------------------------------------------------------
# The matcher of `except <matcher>():`, called while an exception passes a statement.

class Guard:
    """How a statement is guarded: its probes, and what may be done with an exception of it."""

    def __init__(self, probes, may_swallow, goes_on):
        self.probes = probes
        self.may_swallow = may_swallow
        self.goes_on = goes_on


def matched(index, value):
    """BaseException to swallow what is raised, () to let it pass."""
    guard = state.hooks[index]
    kind, error, _ = sys.exc_info()
    if error is None or state.observer is not None and state.observer == get_ident():
        return ()
    swallow = False
    if guard.probes:
        with Observation():
            described = describe(error)
        for probe in guard.probes:
            record(probe, {"raised": described})
            if guard.may_swallow and claims_exception(probe["watch"], kind):
                swallow = True
    if swallow:
        return BaseException
    # A fork of the example that comes here has no end that counts.
    if guard.goes_on and not isinstance(error, (SystemExit, KeyboardInterrupt)) \
            and (state.after_end or getpid() == state.process):
        if state.after_end or go_on_elsewhere():
            return BaseException
    return ()


def claims_exception(watch, kind):
    if not isinstance(watch, dict) or "raises" not in watch:
        return False
    names = watch["raises"]
    if not names:
        return issubclass(kind, Exception)
    for base in kind.__mro__:
        if base is object:
            continue
        qualified = base.__module__ + "." + base.__qualname__ if isinstance(base.__module__, str) else base.__qualname__
        for name in names:
            if name == qualified or name.rpartition(".")[2] == base.__name__:
                return True
    return False


def go_on_elsewhere():
    """The example has ended, but probes stand further down: a process of its own, which the
    example cannot wait for, goes on to reach them. True in that process."""
    _warnings.filters.insert(0, ("ignore", None, Warning, None, 0))
    try:
        child = fork()
        if child:
            waitpid(child, 0)
            return False
        child = fork()
        if child:
            set_continuation(child)
            exit_now(0)
        state.after_end = True
        mark_after_end()
        nowhere = open_file("/dev/null", os.O_RDWR)
        dup2(nowhere, 1)
        dup2(nowhere, 2)
        return True
    except OSError:
        return False
    finally:
        del _warnings.filters[0]


# ---------------------------------------------------------------------------------------------
# Compiling, with hooks where probes are.

def compile_module():
    """Code of the module of this example; raises SyntaxError as compiling the file would."""
    source = state.plan["program"]["module"]
    try:
        plain = builtins_compile(source, state.path, "exec", 0, True)
        flags = 0
    except SyntaxError as error:
        plain, flags = compile_awaiting(source, error)
    if not state.plan["probes"]:
        return plain
    _warnings.filters.insert(0, ("ignore", None, Warning, None, 0))
    try:
        return instrument(source, flags) or plain
    except Exception:
        return plain  # unobserved rather than not run
    finally:
        del _warnings.filters[0]


builtins_compile = compile


def compile_awaiting(source, error):
    try:
        return builtins_compile(source, state.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True), \
            ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    except SyntaxError:
        pass
    if isinstance(error.lineno, int):
        line = error.lineno
    else:
        line = 0
    put({"syntax": {"message": str(error.msg), "line": max(line, 0)}})
    raise error


def compile_prelude(source, index):
    name = "<earlier example %d>" % (index + 1)
    try:
        return builtins_compile(source, name, "exec", 0, True)
    except SyntaxError:
        return builtins_compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)


def compile_input(source):
    """One input of a session; `from __future__ import ...` lasts."""
    try:
        code = builtins_compile(source + "\n", "<stdin>", "single", state.flags, True)
    except SyntaxError as error:
        try:
            code = builtins_compile(source + "\n", "<stdin>", "single",
                                    state.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
        except SyntaxError:
            raise error
    state.flags |= code.co_flags & future_flags
    return code


def end_input(start, error):
    """Reports an input that ended; gives where its output ends."""
    flush()
    end = output_position()
    raised = None if error is None else describe(error)
    put({"input": {"start": start, "end": end, "raised": raised}})
    return end


def output_position():
    try:
        return lseek(1, 0, os.SEEK_END)
    except OSError:
        return 0


class Place:
    """Where a statement stands."""

    def __init__(self, statement, top, in_function, guarded, class_statement):
        self.statement = statement
        self.top = top
        self.in_function = in_function
        self.guarded = guarded
        self.class_statement = class_statement


BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def places(tree):
    """All statements, by line and column of their first character."""
    found = {}

    def visit(body, top, in_function, guarded, class_place):
        for statement in body:
            place = Place(statement, top, in_function, guarded, class_place)
            if top is None:
                place.top = place
            found[statement.lineno, statement.col_offset] = place
            for decorator in getattr(statement, "decorator_list", ())[:1]:
                found[decorator.lineno, statement.col_offset] = place
            descend(statement, place)

    def descend(statement, place):
        kind = type(statement).__name__
        in_function = place.in_function or kind in ("FunctionDef", "AsyncFunctionDef")
        class_place = place.class_statement
        if kind == "ClassDef" and class_place is None and not place.in_function:
            class_place = place
        for field in BODIES:
            children = getattr(statement, field, None)
            if not isinstance(children, list):
                continue
            guarded = place.guarded or (kind in ("Try", "TryStar") and field == "body" and bool(statement.handlers))
            for child in children:
                if type(child).__name__ in ("ExceptHandler", "match_case"):
                    visit(child.body, place.top, in_function, guarded, class_place)
            visit([child for child in children if isinstance(child, ast.stmt)],
                  place.top, in_function, guarded, class_place)

    visit(tree.body, None, False, False, None)
    return found


def instrument(source, flags):
    tree = builtins_compile(source, state.path, "exec", ast.PyCF_ONLY_AST | flags, True)
    found = places(tree)
    by_statement = {}
    for probe in state.plan["probes"]:
        place = found.get((probe["line"], probe["column"]))
        if place is None:
            continue
        if place.class_statement is not None and place.class_statement is not place and not place.in_function \
                and isinstance(probe["watch"], dict) and "raises" in probe["watch"]:
            place = place.class_statement
        by_statement.setdefault(id(place.statement), (place, []))[1].append(probe)
    if not by_statement:
        return None
    tops = [id(place.top.statement) for place, _ in by_statement.values()]
    last = max(index for index, statement in enumerate(tree.body) if id(statement) in tops)
    rewriter = Rewriter(by_statement)
    body = []
    for index, statement in enumerate(tree.body):
        if is_docstring(statement, index):
            body.extend([statement] + rewriter.observe_docstring(statement))
        elif is_future(statement):
            body.append(statement)
        else:
            body.extend(rewriter.rewrite(statement, index < last))
    tree.body = body
    code = builtins_compile(tree, state.path, "exec", flags, True)
    return replace_constants(code, rewriter.callables)


def is_docstring(statement, index):
    return index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) \
        and isinstance(statement.value.value, str)


def is_future(statement):
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and not statement.level


def replace_constants(code, callables):
    """Puts the callables in the place of the constants that stand for them."""
    constants = []
    for constant in code.co_consts:
        if type(constant) is type(code):
            constant = replace_constants(constant, callables)
        elif type(constant) is str and constant in callables:
            constant = callables[constant]
        constants.append(constant)
    return code.replace(co_consts=tuple(constants))


class Rewriter:
    """Adds calls to statements. The callee of each is a string constant, of which there is one
    for each call; after compiling, a callable takes its place. So no name becomes visible."""

    def __init__(self, by_statement):
        self.by_statement = by_statement
        self.callables = {}

    def call(self, near, function, data, argument=None, matches=False):
        key = "<truedoc hook %d of %d>" % (len(state.hooks), id(self))
        self.callables[key] = Hook(function, len(state.hooks), matches)
        state.hooks.append(data)
        callee = ast.copy_location(ast.Constant(key), near)
        arguments = [] if argument is None else [argument]
        return ast.copy_location(ast.Call(callee, arguments, []), near)

    def rewrite(self, statement, goes_on=False):
        for field in BODIES:
            children = getattr(statement, field, None)
            if isinstance(children, list) and children:
                if isinstance(children[0], ast.stmt):
                    setattr(statement, field, self.rewrite_body(children))
                else:
                    for child in children:
                        child.body = self.rewrite_body(child.body)
        place, probes = self.by_statement.get(id(statement), (None, []))
        if not probes and not goes_on:
            return [statement]
        before, after = [], []
        for probe in probes:
            self.observe(statement, probe, before, after)
        may_swallow = place is None or not (place.in_function or place.guarded)
        matcher = self.call(statement, matched, Guard(probes, may_swallow, goes_on), matches=True)
        return before + [self.guard(statement, [statement], matcher, after)]

    def observe_docstring(self, statement):
        """It must stay what it is; its value is seen after it. Those of functions are not seen."""
        _, probes = self.by_statement.get(id(statement), (None, []))
        return [self.observation(statement, probe, ast.Constant(statement.value.value))
                for probe in probes if probe["watch"] == "value"]

    def rewrite_body(self, body):
        return [new for statement in body for new in self.rewrite(statement)]

    def guard(self, near, body, matcher, orelse):
        handler = ast.copy_location(ast.ExceptHandler(matcher, None, [ast.copy_location(ast.Pass(), near)]), near)
        return ast.copy_location(ast.Try(body, [handler], orelse, []), near)

    def observe(self, statement, probe, before, after):
        watch = probe["watch"]
        if watch == "value":
            self.observe_value(statement, probe, after)
        elif watch == "argument":
            self.observe_argument(statement, probe)
        elif isinstance(watch, dict) and "after" in watch:
            try:
                expression = ast.parse(watch["after"].strip(), mode="eval").body
            except SyntaxError:
                return
            after.append(self.observation(statement, probe, expression))
        else:
            self.observe_end(statement, probe, before, after)

    def through(self, expression, probe):
        return self.call(expression, saw_value, (probe, prepare_claims(probe)), expression)

    def observation(self, near, probe, expression):
        """A statement that observes an expression and ignores its failure."""
        for node in ast.walk(expression):
            ast.copy_location(node, near)
        statement = ast.copy_location(ast.Expr(self.through(expression, probe)), near)
        return self.guard(near, [statement], self.call(near, ignore_failure, None, matches=True), [])

    def observe_value(self, statement, probe, after):
        if isinstance(statement, ast.AugAssign):
            target = statement.target
            text = ast.unparse(target)
            after.append(self.observation(statement, probe, ast.parse(text, mode="eval").body))
        elif isinstance(statement, (ast.Expr, ast.Return, ast.Assign, ast.AnnAssign)) and statement.value is not None:
            statement.value = self.through(statement.value, probe)

    def observe_argument(self, statement, probe):
        call = getattr(statement, "value", None)
        if isinstance(statement, ast.Expr) and isinstance(call, ast.Call) and len(call.args) == 1 \
                and not isinstance(call.args[0], ast.Starred):
            call.args[0] = self.through(call.args[0], probe)

    def observe_end(self, statement, probe, before, after):
        if isinstance(statement, ast.Return) and statement.value is not None:
            statement.value = self.call(statement.value, saw_end, probe, statement.value)
            return
        ended = ast.copy_location(ast.Expr(self.call(statement, saw_end, probe)), statement)
        if isinstance(statement, (ast.Return, ast.Break, ast.Continue)):
            before.append(ended)
        else:
            after.append(ended)
