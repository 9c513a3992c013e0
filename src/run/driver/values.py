"""What a probe sees: values rendered at once, and compared with what is claimed."""

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
        self.explained = {}  # what asserts found that failed, by their lines
        self.flags = 0
        self.old_garbage = old_garbage()
        self.has_told_imports = False


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
