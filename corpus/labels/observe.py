"""Run one example of a document and tell what happened at each of its lines.

Reads a JSON object from standard input and writes one to standard output:
  in:  {"code", "before": [code, ...], "files": {name: code}, "lines": [line, ...], "doctest": bool}
  out: {"lines": {line: {"values", "printed", "raised"}}, "stdout", "prompts": [...]}
Code keeps the line numbers of its document (it is padded with empty lines).
Each piece of code is compiled as ONE unit, as a file is, so that equal constants are shared;
a doctest prompt is compiled alone, as at an interactive prompt.
"""
import ast
import doctest
import io
import json
import sys
import traceback
import types

NAME = "<example>"
SIMPLE = (ast.For, ast.While, ast.With, ast.Try, ast.If, ast.AsyncFor, ast.AsyncWith)


class Lines:
    """What is known about each line, keyed by line number."""

    def __init__(self):
        self.known = {}

    def at(self, line):
        return self.known.setdefault(line, {"values": [], "printed": "", "raised": []})

    def value(self, line, value):
        self.at(line)["values"].append([repr(value), type(value).__name__])

    def raised(self, line, error):
        self.at(line)["raised"].append([type(error).__name__, str(error)])


class Tee(io.StringIO):
    """Standard output that also notes which lines of the example wrote what."""

    def __init__(self, lines):
        super().__init__()
        self.lines = lines

    def write(self, text):
        frame, seen = sys._getframe(1), set()
        while frame:
            if frame.f_code.co_filename == NAME and frame.f_lineno not in seen:
                seen.add(frame.f_lineno)
                place = self.lines.at(frame.f_lineno)
                place["printed"] += text
                place.setdefault("printed_by", []).append([text, len(seen) == 1])
            frame = frame.f_back
        return super().write(text)


def load(node):
    """The expression that reads what an assignment target has just been given."""
    text = ast.unparse(node) if not isinstance(node, ast.Starred) else ast.unparse(node.value)
    return ast.parse(text, mode="eval").body


def call(function, line, value, place):
    made = ast.Call(ast.Name(function, ast.Load()), [ast.Constant(line), value], [])
    return ast.copy_location(ast.Expr(made), place)


def after(statement):
    """Statements that record what `statement` gave, to stand behind it."""
    line = statement.end_lineno
    if isinstance(statement, ast.Assign):
        return [call("__value", line, load(statement.targets[0]), statement)]
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        return [call("__value", line, load(statement.target), statement)]
    if isinstance(statement, ast.Delete):
        owner = getattr(statement.targets[0], "value", None)
        return [call("__value", line, load(owner), statement)] if owner is not None else []
    function = getattr(getattr(statement, "value", None), "func", None)
    if isinstance(statement, ast.Expr) and isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return [call("__receiver", line, load(function.value), statement)]
    return []


def rewrite(body, wanted):
    """The statements of `body`, with a record of every value behind the wanted lines."""
    result = []
    for statement in body:
        if isinstance(statement, SIMPLE):
            for field in ("body", "orelse", "finalbody"):
                setattr(statement, field, rewrite(getattr(statement, field, []), wanted))
            for handler in getattr(statement, "handlers", []):
                handler.body = rewrite(handler.body, wanted)
        more = after(statement) if statement.end_lineno in wanted else []
        if isinstance(statement, ast.Expr) and statement.end_lineno in wanted:
            statement = call("__value", statement.end_lineno, statement.value, statement)
        result += [statement] + more
    return result


def guarded(statement):
    """`statement` inside a try of its own, so that later lines are reached after an error."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return statement
    report = ast.parse("__raised(%d)" % statement.lineno).body
    handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, report)
    return ast.copy_location(ast.Try([statement], [handler], [], []), statement)


def compiled(code, wanted):
    tree = ast.parse(code, NAME)
    tree.body = [guarded(s) for part in tree.body for s in rewrite([part], wanted)]
    return compile(ast.fix_missing_locations(tree), NAME, "exec")


def watchers(lines):
    def raised(line):
        error = sys.exc_info()[1]
        trace, places = error.__traceback__, {line}
        while trace:
            if trace.tb_frame.f_code.co_filename == NAME:
                places.add(trace.tb_lineno)
            trace = trace.tb_next
        for place in places:
            lines.raised(place, error)

    def receiver(line, value):
        lines.at(line)["receiver"] = [repr(value), type(value).__name__]

    return {"__value": lines.value, "__receiver": receiver, "__raised": raised}


def same_error(checker, wanted, error, flags):
    """Whether the exception agrees with the last line of the traceback in the document."""
    if error is not None and flags & doctest.IGNORE_EXCEPTION_DETAIL:
        wanted, error = (text.split(":")[0].split(".")[-1].rstrip("\n") for text in (wanted, error))
    return error is not None and checker.check_output(wanted.rstrip("\n") + "\n", error + "\n", flags)


def prompts(code, names):
    """Each prompt of a doctest session: what was wanted, what came, whether they agree."""
    found, checker = [], doctest.OutputChecker()
    for example in doctest.DocTestParser().get_examples(code):
        flags = sum(flag for flag, on in example.options.items() if on)
        sys.stdout = out = io.StringIO()
        error = None
        try:
            exec(compile(example.source, "<doctest>", "single"), names)
        except BaseException as caught:
            error = traceback.format_exception_only(type(caught), caught)[-1].rstrip("\n")
        if example.exc_msg is not None:
            got, same = error or out.getvalue(), same_error(checker, example.exc_msg, error, flags)
        else:
            got, same = error or out.getvalue(), error is None and checker.check_output(example.want, out.getvalue(), flags)
        found.append({"line": example.lineno + 1, "source": example.source, "want": example.want,
                      "exception": example.exc_msg, "got": got, "agrees": same})
    return found


def main():
    asked = json.load(sys.stdin)
    real, module = sys.stdout, types.ModuleType("__main__")
    sys.modules["__main__"], names = module, module.__dict__
    sys.path.insert(0, "")
    for name, code in asked.get("files", {}).items():
        with open(name, "w", encoding="utf-8") as f:
            f.write(code)
    lines = Lines()
    names.update(watchers(Lines()))
    for code in asked.get("before", []):
        sys.stdout = io.StringIO()
        exec(compiled(code, ()), names)
    answer = {}
    if asked.get("doctest"):
        answer["prompts"] = prompts(asked["code"], names)
    else:
        sys.stdout = Tee(lines)
        names.update(watchers(lines))
        exec(compiled(asked["code"], set(asked["lines"])), names)
        answer["stdout"] = sys.stdout.getvalue()
    sys.stdout = real
    json.dump(dict(answer, lines=lines.known), real)


if __name__ == "__main__":
    main()
