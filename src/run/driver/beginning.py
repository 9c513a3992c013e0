"""What an example imports before all else comes back before its process is forked.

The zygote keeps it for the next one, which mostly begins alike.
"""

begun = []  # the imports that are done
repeated = 0  # how many examples in a row began with them after the first
# So many that more of them are likely.
IS_USUAL = 2


def begin_with(imports):
    """Called in the zygote with what the next example imports first: modules, each with what is taken from
    it."""
    global repeated
    if imports != begun:
        begin_anew(imports)
    elif imports:
        repeated += 1
        if repeated == IS_USUAL:
            # What beginning freed lies here and there.
            prepare_to_fork()
    if stash_finder.draws_early:
        reseed()


def begin_anew(imports):
    global begun, repeated
    stash_finder.put_away()
    stash_finder.is_early = True
    try:
        for name, taken in imports:
            if not bring_back(name, taken):
                break
    finally:
        stash_finder.is_early = False
        begun, repeated = imports, 0
        gc.freeze()


def bring_back(name, taken):
    """Whether this import is done as the example would do it, and the next one may be."""
    if name not in stashed:
        return name in sys.modules
    __import__(name)
    namespace = stashed[name].__dict__
    late = [item for item in taken if item not in namespace]
    for module in [name + "." + item for item in late if name + "." + item in stash_finder.stash]:
        __import__(module)
    late = tuple(item for item in late if item not in namespace)
    if late and "__getattr__" in namespace:
        for module in imports_for(name, late):
            if module in stash_finder.stash:
                __import__(module)
    return not late


# Seconds that a module may take to make what it is asked for.
PATIENCE = 2
known_imports = {}  # for a module and names in it: the modules that come when it is asked for them


def imports_for(name, items):
    """The modules that a module imports when it makes these attributes. A process of its own tries it
    out: what a package does then is part of the example, and must not be seen by the next."""
    if (name, items) not in known_imports:
        known_imports[name, items] = tried_out(name, items)
    return known_imports[name, items]


def tried_out(name, items):
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        try:
            early("signal").alarm(PATIENCE)
            before = set(sys.modules)
            for item in items:
                getattr(stashed[name], item, None)
            came = [module for module in sys.modules if module not in before]
            os.write(writing, "\n".join(came).encode()[:MOST_NAMES])
        finally:
            exit_now(0)
    close(writing)
    came = os.read(reading, MOST_NAMES)
    close(reading)
    waitpid(child, 0)
    return came.decode("utf-8", "replace").split("\n")


# Bytes of names; less than a pipe takes at once.
MOST_NAMES = 32768
