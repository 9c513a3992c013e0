"""Names of attributes that are made while an example runs.

The proof that an example leaves no trace (traceless/ in the program) reads the names that stand in the code.
What `getattr` and its like are given besides is looked at here, when it is known, in a group only: a name that
the proof would not let pass sends the example to a process of its own.
"""


# Whether something has a name is no way to what it stands for.
LOOKED_AT = BY_NAME - {"hasattr"}


def compiled(source, name, mode, flags):
    """Code of some source, as `compile` makes it."""
    code = builtins_compile(source, name, mode, flags, True)
    if between is None or not any(function in source for function in LOOKED_AT):
        return code
    _warnings.filters.insert(0, ("ignore", None, Warning, None, 0))  # said already, of what was written
    try:
        tree = builtins_compile(source, name, mode, flags | ast.PyCF_ONLY_AST, True)
        callables = Callables()
        look_at_names(tree, callables)
        return replace_constants(builtins_compile(tree, name, mode, flags, True), callables.by_constant)
    finally:
        del _warnings.filters[0]


def look_at_names(tree, callables):
    """Has each name looked at that does not stand in the code."""
    if between is None:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKED_AT \
                and len(node.args) > 1 and not isinstance(node.args[1], ast.Constant):
            node.args[1] = callables.call(node.args[1], saw_name, None, node.args[1])


def saw_name(index, name):
    if type(name) is not str or not is_open(name):
        put("by_itself")
        exit_now(0)


def is_open(name):
    if name[:2] == name[-2:] == "__":
        return name in OPEN_DUNDERS
    return name not in CLOSED_NAMES
