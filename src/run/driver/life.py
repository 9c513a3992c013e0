"""The life of an example: start, end and exceptions."""

# One example: start and end, as `python example.py` starts and ends.

def settle(folder, own_tmp):
    """Called in the zygote: what is the same for all of its examples."""
    environ["HOME"] = environ["PWD"] = folder
    if not own_tmp:
        environ["TMPDIR"] = folder


def prepare(plan, folder, own_tmp):
    """Makes a new __main__; gives the namespace that the example runs in."""
    global state
    path = folder + "/" + plan["file_name"]
    session = "session" in plan["program"]
    state = State(plan, path, folder, own_tmp)
    stash_finder.make_up()
    sys.argv = [path] if not session else [""]
    if VERSION >= (3, 10):
        sys.orig_argv = [sys.executable] + ([] if session else [path])
    give(plan["given"])
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
    if plan["tests"]:
        # Who runs tests imports their module by the name of its file.
        main.__name__ = plan["file_name"].rpartition("/")[2].rpartition(".")[0]
        sys.modules.setdefault(main.__name__, main)
    if not session:
        # An interpreter looks whether the file is an archive.
        sys.path_importer_cache[path] = None
    if session and plan["module"] is not None:
        # Below doctest the names of a docstring are those of no module in `sys.modules`.
        namespace = {"__builtins__": builtins}
    if plan["watch_output"]:
        sys.stdout.write = Writer(sys.stdout.write, get_frame, "<stdin>" if session else path)
    return namespace


def give(given):
    """Hands the program what it is given from outside: variables, arguments, standard input."""
    for name, value in given["environment"]:
        environ[name] = value
    sys.argv += given["arguments"]
    if VERSION >= (3, 10):
        sys.orig_argv += given["arguments"]
    if given["stdin"]:
        reading, writing = os.pipe()
        os.write(writing, given["stdin"].encode("utf-8", "surrogatepass"))
        close(writing)
        dup2(reading, 0)
        close(reading)


# The end of an interpreter, as far as it can be seen. Its steps are called one by one, so that what
# they call has no frame of ours beneath it: an exception there is shown with its traceback.

def loaded(name):
    return sys.modules.get(name)


def clear_modules():
    """What a module still holds dies; what it writes then goes where it went at the start."""
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, name, getattr(sys, "__" + name + "__", None))
    sys.modules["__main__"] = None
    for name in ("last_type", "last_value", "last_traceback", "last_exc", "ps1", "ps2"):
        sys.__dict__.pop(name, None)
    collect_remains()
    flush()


def collect_remains():
    """Collects what is left in cycles. What was there before the fork is frozen, so unless something
    has reached the oldest generation since, the two younger ones hold all there is; a collection of
    the oldest would also give back memory, page by page, that is gone in a moment anyway."""
    is_young = not gc.callbacks and VERSION < (3, 14) and old_garbage() == state.old_garbage
    collect_garbage(1 if is_young else 2)


def old_garbage():
    """Changes whenever something reaches the oldest generation."""
    return count_garbage()[2], garbage_statistics()[2]["collections"]


def flush():
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except BaseException:
            pass


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
        for member in stash_finder.closures.get("asyncio", ()):
            deferred.make_up(member)
        asyncio = stashed.get("asyncio")
        if asyncio is None:
            import asyncio
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
        "server": missing_server(error),
        "explained": explanation_of(error),
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
