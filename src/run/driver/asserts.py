"""What a failed assert found: the values of the parts of its expression, as pytest shows them.

Each part passes its value through a hook when it is evaluated, so nothing is evaluated twice; what was
noted is forgotten when the assert holds.
"""

# Characters of a value, and of all that is said of one assert.
LONGEST_PART = 240
LONGEST_EXPLANATION = 4000

OPERATORS = {
    "Eq": " == ", "NotEq": " != ", "Lt": " < ", "LtE": " <= ", "Gt": " > ", "GtE": " >= ", "Is": " is ",
    "IsNot": " is not ", "In": " in ", "NotIn": " not in ", "And": " and ", "Or": " or ", "Add": " + ",
    "Sub": " - ", "Mult": " * ", "MatMult": " @ ", "Div": " / ", "Mod": " % ", "Pow": " ** ", "LShift": " << ",
    "RShift": " >> ", "BitOr": " | ", "BitXor": " ^ ", "BitAnd": " & ", "FloorDiv": " // ", "Not": "not ",
    "USub": "-", "UAdd": "+", "Invert": "~",
}


class Assertion:
    """An assert statement, and what its parts were in each frame that is just evaluating it."""

    def __init__(self, lines):
        self.lines = lines
        self.whole = None
        self.frames = {}


def noted(index, value):
    """A part was evaluated. The first one, number 0, begins anew: what was raised by the one before may
    have left its values."""
    assertion, number = state.hooks[index]
    frame = id(get_frame(1))
    if number == 0:
        assertion.frames[frame] = {}
    assertion.frames.setdefault(frame, {})[number] = value


def held(index, value):
    state.hooks[index].frames.pop(id(get_frame(1)), None)


def failed(index, value):
    """Stands behind an `or`: gives what the assertion fails with."""
    assertion = state.hooks[index]
    values = assertion.frames.pop(id(get_frame(1)), {})
    with Observation():
        text, details = assertion.whole.explain(values)
        lines = ["assert " + text] + list(told(details, 1))
    explanation = cut("\n".join(lines), LONGEST_EXPLANATION)
    for line in assertion.lines:
        state.explained[line] = explanation
    return False


def told(details, depth):
    """What follows the first line, each thing with what it consists of below."""
    for index, (text, inner) in enumerate(details):
        yield " +" + "  " * depth + ("and   " if index else "where ") + text
        yield from told(inner, depth + 1)


def cut(text, most):
    if len(text) <= most:
        return text
    half = (most - 3) // 2
    return text[:half] + "..." + text[-half:]


def shown(value):
    """A value on one line, without the addresses that differ from run to run."""
    text = render(value)["repr"].replace("\n", "\\n")
    pieces = text.split(" at 0x")
    rest = [piece.lstrip("0123456789abcdefABCDEF") for piece in pieces[1:]]
    return cut("".join(pieces[:1] + rest), LONGEST_PART)


def is_known_by_name(value):
    return isinstance(value, (type, function_type, builtin_type, module_type))


def explanation_of(error):
    """What the assert found that raised this."""
    if not isinstance(error, AssertionError):
        return None
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None or step.tb_frame.f_code.co_filename != state.path:
        return None
    return state.explained.get(step.tb_lineno)


# The parts of an expression. Each gives its text and details: pairs of a text and its details.

class Leaf:
    """A part that is shown by its value alone."""

    def __init__(self, number, source, is_name):
        self.number = number
        self.source = source
        self.is_name = is_name

    def explain(self, values):
        value = values.get(self.number, MISSING)
        if value is MISSING or self.is_name and is_known_by_name(value):
            return self.source, []
        return shown(value), []


class Text:
    """A part whose value says no more than its source."""

    def __init__(self, source):
        self.source = source

    def explain(self, values):
        return self.source, []


class Joined:
    """Parts with text between: `left == right`, `not x`."""

    def __init__(self, pieces):
        self.pieces = pieces

    def explain(self, values):
        text, details = "", []
        for piece in self.pieces:
            if isinstance(piece, str):
                text += piece
            else:
                more, inner = piece.explain(values)
                text += more
                details += inner
        return text, details


class Either:
    """`a and b`, of which only what was evaluated is shown."""

    def __init__(self, operator, parts):
        self.operator = operator
        self.parts = parts

    def explain(self, values):
        evaluated = [part for number, part in self.parts if number in values]
        explained = [part.explain(values) for part in evaluated]
        text = self.operator.join(text for text, _ in explained)
        return "(%s)" % text if len(explained) > 1 else text, [detail for _, details in explained for detail in details]


class Result:
    """A part that is shown by its value, and explained by what it consists of."""

    def __init__(self, number, source, inner):
        self.number = number
        self.source = source
        self.inner = inner

    def explain(self, values):
        value = values.get(self.number, MISSING)
        if value is MISSING:
            return self.source, []
        text = self.source if is_known_by_name(value) else shown(value)
        origin, details = self.inner.explain(values)
        return text, [] if origin == text else [(text + " = " + origin, details)]


# How parts get into the code.

def watch_asserts(tree, source, rewriter):
    """Lets the parts of the expressions of all asserts pass through hooks."""
    for statement in [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]:
        assertion = Assertion(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        watched, assertion.whole = Watcher(assertion, source, rewriter).watch(statement.test)
        # `(test and True) or failed()`: the truth of the test is asked for once, as before.
        near = statement.test
        held_then = rewriter.call(near, held, assertion, ast.copy_location(ast.Constant(True), near))
        failed_then = rewriter.call(near, failed, assertion, matches=True)
        both = ast.copy_location(ast.BoolOp(ast.And(), [watched, held_then]), near)
        statement.test = ast.copy_location(ast.BoolOp(ast.Or(), [both, failed_then]), near)


class Watcher:
    """Gives for each expression one whose parts pass through hooks, and what explains it."""

    def __init__(self, assertion, source, rewriter):
        self.assertion = assertion
        self.source = source
        self.rewriter = rewriter
        self.count = 0

    def text(self, node):
        text = ast.get_source_segment(self.source, node)
        return " ".join((ast.unparse(node) if text is None else text).split())

    def through(self, node):
        """The node behind a hook, and the number its value is noted under."""
        number = self.count
        self.count += 1
        return self.rewriter.call(node, noted, (self.assertion, number), node), number

    def watch(self, node):
        how = getattr(self, "watch_" + type(node).__name__, self.watch_leaf)
        return how(node)

    def watch_leaf(self, node):
        text = self.text(node)
        node, number = self.through(node)
        return node, Leaf(number, text, False)

    def watch_Name(self, node):
        watched, number = self.through(node)
        return watched, Leaf(number, node.id, True)

    def watch_Constant(self, node):
        return node, Text(shown(node.value))

    def watch_GeneratorExp(self, node):
        # That it is a generator says nothing.
        return node, Text(self.text(node))

    def watch_Lambda(self, node):
        return node, Text(self.text(node))

    def watch_Starred(self, node):
        node.value, part = self.watch(node.value)
        return node, Joined(["*", part])

    def watch_Compare(self, node):
        node.left, part = self.watch(node.left)
        pieces = self.bracketed(node.left, part)
        for index, operator in enumerate(node.ops):
            node.comparators[index], part = self.watch(node.comparators[index])
            pieces += [OPERATORS[type(operator).__name__], *self.bracketed(node.comparators[index], part)]
        return node, Joined(pieces)

    def bracketed(self, node, part):
        return ["(", part, ")"] if isinstance(node, ast.Compare) else [part]

    def watch_BoolOp(self, node):
        parts = []
        for index, value in enumerate(node.values):
            watched, part = self.watch(value)
            node.values[index], number = self.through(watched)
            parts.append((number, part))
        return node, Either(OPERATORS[type(node.op).__name__], parts)

    def watch_UnaryOp(self, node):
        if isinstance(node.operand, ast.Constant):
            return node, Text(self.text(node))
        node.operand, part = self.watch(node.operand)
        return node, Joined([OPERATORS[type(node.op).__name__], *self.bracketed(node.operand, part)])

    def watch_BinOp(self, node):
        text = self.text(node)
        inner = self.of_operation(node)
        node, number = self.through(node)
        return node, Result(number, text, inner)

    def of_operation(self, node):
        pieces = []
        for side in ("left", "right"):
            operand = getattr(node, side)
            if isinstance(operand, ast.BinOp):
                # What operations within one gave says little.
                part = Joined(["(", self.of_operation(operand), ")"])
            else:
                operand, part = self.watch(operand)
                setattr(node, side, operand)
            pieces.append(part)
        return Joined([pieces[0], OPERATORS[type(node.op).__name__], pieces[1]])

    def watch_Attribute(self, node):
        text = self.text(node)
        inner = self.of_owner(node)
        node, number = self.through(node)
        return node, Result(number, text, inner)

    def of_owner(self, node):
        name = "." + node.attr
        node.value, part = self.watch(node.value)
        return Joined([part, name])

    def watch_Call(self, node):
        text = self.text(node)
        inner = self.of_call(node)
        node, number = self.through(node)
        return node, Result(number, text, inner)

    def watch_Await(self, node):
        text = self.text(node)
        inner = [self.of_call(node.value)] if isinstance(node.value, ast.Call) else [Text(self.text(node.value))]
        node, number = self.through(node)
        return node, Result(number, text, Joined(["await "] + inner))

    def of_call(self, node):
        if isinstance(node.func, ast.Attribute):
            pieces = [self.of_owner(node.func)]
        elif isinstance(node.func, ast.Name):
            pieces = [node.func.id]
        else:
            is_lambda = isinstance(node.func, ast.Lambda)
            node.func, part = self.watch(node.func)
            pieces = ["(", part, ")"] if is_lambda else [part]
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp) and not node.keywords:
            # Its text has the brackets of the call.
            return Joined(pieces + ["(" + self.text(node.args[0])[1:-1] + ")"])
        arguments = []
        for index, argument in enumerate(node.args):
            node.args[index], part = self.watch(argument)
            arguments.append([part])
        for keyword in node.keywords:
            keyword.value, part = self.watch(keyword.value)
            arguments.append(["**" if keyword.arg is None else keyword.arg + "=", part])
        pieces.append("(")
        for index, argument in enumerate(arguments):
            pieces += ([", "] if index else []) + argument
        return Joined(pieces + [")"])
