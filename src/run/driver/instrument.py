"""How probes get into the code of an example: calls added to its syntax tree, and the matcher
of the `except` clauses among them."""

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
    if between is not None:
        # A group cannot follow there.
        put("by_itself")
        exit_now(0)
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
        plain = compiled(source, state.path, "exec", 0)
        flags = 0
    except SyntaxError as error:
        plain, flags = compile_awaiting(source, error)
    if not state.plan["probes"] and not state.plan["explains"]:
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
        return compiled(source, name, "exec", 0)
    except SyntaxError:
        return builtins_compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)


def compile_input(source, index):
    """One input of a session; `from __future__ import ...` lasts."""
    name = input_name(source, index)
    try:
        code = compiled(source + "\n", name, "single", state.flags)
    except SyntaxError as error:
        try:
            code = builtins_compile(source + "\n", name, "single",
                                    state.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
        except SyntaxError:
            raise error
    state.flags |= code.co_flags & future_flags
    return code


def input_name(source, index):
    """The file name of an input. In docstrings it is that of doctest, and what reads sources
    (`inspect.getsource`, pdb) finds it there as it does below doctest."""
    module = state.plan["module"]
    if module is None:
        return "<stdin>"
    name = "<doctest %s[%d]>" % (module["test"], module["numbers"][index])
    lines = source.splitlines(True)
    # The missing time keeps `linecache.checkcache` from looking for the file.
    stashed["linecache"].cache[name] = (len(source), None, lines, name)
    return name


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
    if not by_statement and not state.plan["explains"]:
        return None
    tops = [id(place.top.statement) for place, _ in by_statement.values()]
    last = max((index for index, statement in enumerate(tree.body) if id(statement) in tops), default=0)
    rewriter = Rewriter(by_statement)
    if state.plan["explains"]:
        watch_asserts(tree, source, rewriter)
    body = []
    for index, statement in enumerate(tree.body):
        if is_docstring(statement, index):
            body.extend([statement] + rewriter.observe_docstring(statement))
        elif is_future(statement):
            body.append(statement)
        else:
            body.extend(rewriter.rewrite(statement, index < last))
    tree.body = body
    look_at_names(tree, rewriter)
    code = builtins_compile(tree, state.path, "exec", flags, True)
    return replace_constants(code, rewriter.by_constant)


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


class Callables:
    """Makes calls to be put into code. The callee of each is a string constant, of which there is one
    for each call; after compiling, a callable takes its place. So no name becomes visible."""

    def __init__(self):
        self.by_constant = {}

    def call(self, near, function, data, argument=None, matches=False):
        key = "<truedoc hook %d of %d>" % (len(state.hooks), id(self))
        self.by_constant[key] = Hook(function, len(state.hooks), matches)
        state.hooks.append(data)
        callee = ast.copy_location(ast.Constant(key), near)
        arguments = [] if argument is None else [argument]
        return ast.copy_location(ast.Call(callee, arguments, []), near)


class Rewriter(Callables):
    """Adds calls to statements."""

    def __init__(self, by_statement):
        Callables.__init__(self)
        self.by_statement = by_statement

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
