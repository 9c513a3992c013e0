"""What a zygote imports ahead: the installed modules that examples of earlier runs imported.

It happens within the cage. What is imported is put aside as in the worker, so that an example finds none
of it before it imports it, and then at once. What an import does besides making modules is put aside with
them where that can be done (filters of warnings, picklers, loggers), and comes back with the import.
A package that leaves any other trace is told, and not imported ahead: its examples would find the trace
without having imported it.
"""

installed_folders = tuple(path.rstrip("/") + "/" for path in sys.path if path)


def comes_installed(module):
    """Whether a module is of the standard library or of an installed package."""
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    return type(origin) is str and origin.startswith(installed_folders) and not origin.startswith(
        tuple(folder + "/" for folder in kept_packages))


def report_imports():
    """The installed modules that the example imported and that were not imported ahead."""
    if getpid() != state.process or state.has_told_imports:
        return  # a fork of the example, or the end of its tests
    state.has_told_imports = True
    # Counted first: whoever touches a module, or its name, copies a page for it.
    if len(sys.modules) == len(loaded_before) + len(stash_finder.back):
        return
    names = [
        name for name, module in list(sys.modules.items())
        if name not in stashed and name not in loaded_before and comes_installed(module)]
    if names:
        put({"imported": names})


def early(name):
    """A module that the worker has imported, wherever it is now."""
    return stashed.get(name) or sys.modules[name]


class Trace:
    """What an import may change besides `sys.modules`."""

    def __init__(self, folder):
        self.folder = folder
        self.filters = list(early("warnings").filters)
        self.tables = [(table, set(table)) for table in keyed_tables()]
        self.rest = self.look()

    def look(self):
        signals, threading = early("signal"), early("threading")
        return [
            list(sys.meta_path), list(sys.path_hooks), list(sys.path), dict(environ), sorted(vars(builtins)),
            sys.excepthook, sys.displayhook, sys.unraisablehook, sys.stdin, sys.stdout, sys.stderr,
            sys.getrecursionlimit(), sys.getswitchinterval(), sys.gettrace(), sys.getprofile(),
            gc.get_threshold(), len(gc.callbacks), atexit._ncallbacks(),
            len(getattr(threading, "_threading_atexits", ())), threading.active_count(),
            [signals.getsignal(number) for number in signals.valid_signals()],
            os.getcwd(), os.listdir("/proc/self/fd"), os.listdir(self.folder),
            os.listdir(os.path.dirname(self.folder)),
        ]

    def take_aside(self):
        """Undoes what can be undone; gives it as `Besides`, or None if something else has changed."""
        filters = early("warnings").filters
        count = len(filters) - len(self.filters)
        if count < 0 or filters[count:] != self.filters or self.look() != self.rest or not one_thread():
            return None
        new_entries = [
            (table, {key: value for key, value in table.items() if key not in before})
            for table, before in self.tables]
        besides = Besides(filters[:count], new_entries)
        besides.undo()
        return besides


class Besides:
    """What an import does besides making modules, and can be done at any time."""

    def __init__(self, filters, entries):
        self.filters = filters
        self.entries = entries  # tables, each with what is new in it

    def do(self):
        if self.filters:
            early("warnings").filters[:0] = self.filters
            forget_filters()
        for table, new in self.entries:
            table.update(new)

    def undo(self):
        """Called with nothing done since that is not undone."""
        if self.filters:
            del early("warnings").filters[:len(self.filters)]
            forget_filters()
        for table, new in self.entries:
            for key in new:
                del table[key]


def keyed_tables():
    return early("copyreg").dispatch_table, early("logging").root.manager.loggerDict


def forget_filters():
    warnings = early("warnings")
    for name in "_filters_mutated", "_filters_mutated_lock_held":
        if hasattr(warnings, name):
            getattr(warnings, name)()
            return


def one_thread():
    """Whether this process has one thread. A library that copes with forks ends its threads for one, and
    starts them again where they are needed."""
    def threads():
        return len(os.listdir("/proc/self/task"))
    if threads() > 1:
        child = fork()
        if child == 0:
            exit_now(0)
        waitpid(child, 0)
    return threads() == 1


# Threads of OpenBLAS look busily out for work, for a time of two to the power of this; those of the zygote
# never get any.
HASTE = {"OPENBLAS_THREAD_TIMEOUT": "4"}


def warm(groups, folder):
    """Imports groups of modules, each named after what examples import; gives the name of one that must
    not be imported ahead, or None."""
    path, before = list(sys.path), set(sys.modules)
    importers = set(sys.path_importer_cache)
    environ.update(HASTE)
    output = open_file(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    kept = dup(1), dup(2)
    dup2(output, 1)
    dup2(output, 2)
    try:
        if sys.path[:1] == [""]:
            del sys.path[0]
        os.chdir(folder)
        gc.disable()
        for root, names in groups:
            trace = Trace(folder)
            recorded = import_recorded(names)
            besides = trace.take_aside()
            sys.stdout.flush()
            if besides is None or root not in sys.modules or lseek(output, 0, os.SEEK_END) > 0:
                return root
            merge_edges(recorded)
            stash_finder.besides[root] = besides
    finally:
        for name in HASTE:
            del environ[name]
        sys.path[:] = path
        os.chdir("/")
        for descriptor, target in zip(kept, (1, 2)):
            dup2(descriptor, target)
            close(descriptor)
        close(output)
    for entry in set(sys.path_importer_cache) - importers:
        del sys.path_importer_cache[entry]
    put_aside([name for name in sys.modules if name not in before])
    prepare_to_fork()
    # Not before: there would be more to go through than in a moment.
    gc.enable()
    return None


def merge_edges(recorded):
    for name, imported in recorded.items():
        edges.setdefault(name, {}).update(imported)


RANDOM_NUMBERS = "numpy.random.mtrand"


def reseed():
    """Every example is a fork of one process, and would draw the same numbers."""
    random = stash_finder.everything.get(RANDOM_NUMBERS)
    if random is not None:
        random._rand.seed()
