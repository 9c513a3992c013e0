#!/usr/bin/env python3
"""Check the labels of this folder against what CPython really does.

usage: verify.py [--python PATH ...] [LABELS.json ...]

For every labelled example it is run as a plain `python file.py` and its outcome compared with
`runs`; for every labelled claim the example is observed line by line (observe.py) and the
claim's `truth` and `actual` compared with what came; every labelled test is run by itself, and
its `truth` compared with how that ended. Nothing here uses truedoc.
Exit status 1 when a label differs from reality under any of the interpreters.
"""
import ast
import doctest
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
JUDGED = ("holds", "holds-loosely", "refuted")


def decode(data):
    """The text of a document: UTF-16 with a mark, UTF-8 with or without one; newlines normalised."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def visible(line, suffix):
    """What a reader of the document sees of a line of its file, as Python."""
    if suffix == ".ipynb":
        try:
            line = json.loads(line.strip().rstrip(",")).rstrip("\n")
        except (ValueError, AttributeError):
            return line
        return re.sub(r"^(\s*)[%!].*", r"\1pass", line)  # a command of IPython
    if suffix == ".html":
        line = re.sub(r".*<pre[^>]*>|<button.*?</button>", "", line).replace("<br>", "; ")
        return html.unescape(re.sub(r"<[^>]*>", "", line)).replace("\xa0", " ")
    return line


def read_lines(name):
    with open(os.path.join(HERE, "..", name), "rb") as f:
        lines = decode(f.read()).split("\n")
    return [visible(line, os.path.splitext(name)[1]) for line in lines]


def code_of(lines, snippet):
    """The snippet's code on the line numbers of its document, without quote marks and indent."""
    if snippet["form"] == "inline":
        return snippet["text"]
    code = lines[snippet["start"] - 1:snippet["end"]]
    while all(re.match(r"\s*>( |$)", line) for line in code):
        code = [re.sub(r"^\s*> ?", "", line) for line in code]
    if snippet.get("callouts"):  # AsciiDoc: numbers at line ends that refer to notes below the code
        code = [re.sub(r"\s*(# ?)?(<\d+> ?)+$", "", line) for line in code]
    if snippet.get("prompts") == "ipython":
        code = [re.sub(r"^\s*\.{3}:", "...", re.sub(r"^In \[\d+\]:", ">>>", re.sub(r"^Out\[\d+\]: ", "", line)))
                for line in textwrap.dedent("\n".join(code)).split("\n")]
    return "\n" * (snippet["start"] - 1) + textwrap.dedent("\n".join(code)) + "\n"


def surroundings(lines, labels, snippet):
    """Files that earlier snippets are, and code that runs before this one."""
    by_id = {s["id"]: s for s in labels["snippets"]}
    files = {s["file"]: code_of(lines, s).lstrip("\n") for s in labels["snippets"]
             if s.get("file") and s["start"] < snippet["start"]}
    before = [runnable(lines, by_id[i]) for i in snippet.get("after", [])]
    if snippet["form"] == "docstring":
        module, source = os.path.splitext(labels["doc"])[0], "\n".join(lines)
        files[module + ".py"] = source
        before.insert(0, "__name__ = %r\n%s" % (module, source))
    return files, before


def is_session(lines, snippet):
    return snippet["form"] == "doctest" or (
        snippet["form"] == "docstring" and lines[snippet["start"] - 1].lstrip().startswith(">>>"))


def runnable(lines, snippet):
    """The snippet's code, without prompts and expected output where it is a session."""
    code = code_of(lines, snippet)
    if is_session(lines, snippet):
        code = "".join(e.source for e in doctest.DocTestParser().get_examples(code))
    return code


def observe(python, code, wanted, files=(), before=(), session=False):
    asked = {"code": code, "before": list(before), "files": dict(files), "lines": wanted, "doctest": session}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([python, os.path.join(HERE, "observe.py")], input=json.dumps(asked), cwd=folder,
                              capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)


def plain_run(python, code, files=()):
    """How `python file.py` ends: "ok" or "Type: message" of the error that stopped it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in dict(files, **{"file.py": code}).items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(text)
        done = subprocess.run([python, "file.py"], cwd=folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
    if done.returncode == 0:
        return "ok"
    last = [line for line in done.stderr.splitlines() if re.match(r"[\w.]+(:|$)", line)][-1]
    return re.sub(r"^(\w+\.)+(?=\w)", "", last)


# Runs one test of the module that has the name of the file it stands in.
TEST = """
import asyncio, file, inspect, sys, unittest
owner, _, name = sys.argv[1].rpartition("::")
owner = getattr(file, owner) if owner else None
if owner is not None and issubclass(owner, unittest.TestCase):
    result = unittest.TestResult()
    owner(name).run(result)
    sys.exit(3 if result.skipped else not result.wasSuccessful())
made = owner() if owner else file
before, after = ("setup_method", "teardown_method") if owner else ("setup_function", "teardown_function")
for test in [name] if owner else [test for test in vars(file) if test.startswith("test_")]:
    function = getattr(made, test)
    if hasattr(made, before):
        getattr(made, before)(*[function] * len(inspect.signature(getattr(made, before)).parameters))
    try:
        ended = function()
        if inspect.iscoroutine(ended):
            asyncio.run(ended)
        failed = False
    except Exception:
        failed = True
    if hasattr(made, after):
        getattr(made, after)()
    if test == name:
        sys.exit(failed)
"""
TRUTHS = {0: "holds", 1: "refuted", 3: "skipped"}


def truth_of_test(python, code, files, name):
    """How a test of some code ends that runs after those above it."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in dict(files, **{"file.py": code, "run.py": TEST}).items():
            with open(os.path.join(folder, path), "w", encoding="utf-8") as f:
                f.write(text)
        done = subprocess.run([python, "run.py", name], cwd=folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
    return TRUTHS.get(done.returncode, "ends with status %d" % done.returncode)


# --- comparing ---------------------------------------------------------------------------------

def alike(a, b):
    """Equal and of the same type all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(alike(x, y) for x, y in zip(a.items(), b.items()))
    return a == b


def literal(text):
    try:
        return [ast.literal_eval(text)]
    except (ValueError, SyntaxError, TypeError):
        return []


def bare(text):
    """Text without quotes, brackets and module names, its parts a blank apart: for loose agreement."""
    text = re.sub(r"<class '([\w.]+)'>", r"\1", text).replace("__main__.", "").replace("PosixPath", "Path")
    return re.sub(r"[,;\s]+", " ", re.sub(r"[\[\](){}'\"]", "", text)).strip()


def near(claimed, actual):
    """`~56` or `about 3.3`: within a fifth, or within the digits shown."""
    numbers = [re.search(r"-?\d+(\.\d+)?", t) for t in (claimed, actual)]
    if not all(numbers):
        return False
    a, b = (float(n.group()) for n in numbers)
    return abs(a - b) <= 0.2 * abs(b)


def compare(claimed, actual):
    """holds | holds-loosely | refuted for a value or a printed text."""
    squeezed = [[" ".join(line.split()) for line in text.rstrip().split("\n")] for text in (claimed, actual)]
    if squeezed[0] == squeezed[1]:
        return "holds"
    a, b = literal(claimed), literal(actual)
    if a and b and alike(a[0], b[0]):
        return "holds"
    if "..." in claimed and bare(actual).startswith(bare(claimed.split("...")[0])):
        return "holds-loosely"
    if a and b and type(a[0]) is not type(b[0]):
        return "refuted"
    return "holds-loosely" if bare(claimed) == bare(actual) else "refuted"


def compare_error(claimed, kind, message):
    name, _, text = claimed.partition(":")
    if name.strip().split(".")[-1] != kind:
        return "refuted"
    wanted, message = " ".join(text.split()), " ".join(message.split())
    if message.startswith(wanted):
        return "holds"
    return "holds-loosely"


# --- finding what a claim is about -------------------------------------------------------------

def subject_of(code, line):
    """The statement that line `line` speaks about: the one on it, or else the last one before."""
    statements = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.stmt)]
    simple = [n for n in statements if not hasattr(n, "body")]
    here = [n for n in simple if n.lineno <= line <= n.end_lineno] or [n for n in statements if n.lineno == line]
    if here:
        return max(here, key=lambda n: (n.lineno, n.col_offset))
    return max((n for n in simple if n.end_lineno < line), key=lambda n: (n.end_lineno, n.col_offset))


def printed_at(seen, statement):
    """What this statement itself wrote, or else what was written on its behalf."""
    direct = whole = ""
    for line in range(statement.lineno, statement.end_lineno + 1):
        for text, itself in seen["lines"].get(str(line), {}).get("printed_by", []):
            whole += text
            direct += text if itself else ""
    return (direct or whole).rstrip("\n")


def value_at(seen, statement):
    place = seen["lines"].get(str(statement.end_lineno), {"values": []})
    values = place["values"]
    if not values or (values[-1][1] == "NoneType" and "receiver" in place):
        values = [place["receiver"]] if "receiver" in place else []
    return values


def judge(claim, seen, statement):
    """(truth, actual) of a claim about `statement`."""
    raised = [r for n in range(statement.lineno, statement.end_lineno + 1)
              for r in seen["lines"].get(str(n), {}).get("raised", [])]
    kind = claim["kind"]
    if kind == "raises":
        if not raised:
            return "refuted", "no exception"
        return compare_error(claim["claimed"], *raised[0]), ": ".join(filter(None, raised[0]))
    if raised and claim["form"] != "output-block":
        return "refuted", ": ".join(filter(None, raised[0]))
    if kind == "works":
        return "holds", "no exception"
    if kind == "stdout" or claim.get("printed"):
        actual = seen["stdout"].rstrip("\n") if claim["form"] == "output-block" else printed_at(seen, statement)
        return compare(claim["claimed"], actual), actual
    values = value_at(seen, statement)
    if not values:
        return "refuted", "nothing"
    if kind == "type":
        return ("holds" if values[-1][1] == claim["claimed"] else "refuted"), values[-1][1]
    if kind == "approx":
        return ("holds-loosely" if near(claim["claimed"], values[-1][0]) else "refuted"), values[-1][0]
    return compare(claim["claimed"], values[-1][0]), values[-1][0]


# --- whole documents ---------------------------------------------------------------------------

def judge_snippet(python, lines, labels, snippet, claims):
    """Yields (claim, truth, actual) for the claims of one snippet."""
    code = code_of(lines, snippet)
    files, before = surroundings(lines, labels, snippet)
    if is_session(lines, snippet):
        prompts = observe(python, code, [], files, before, session=True)["prompts"]
        by_line = {p["line"] + p["source"].count("\n"): p for p in prompts}
        for claim in claims:
            prompt = by_line[claim["line"]]
            yield claim, "holds" if prompt["agrees"] else "refuted", prompt["got"].rstrip("\n")
        return
    if snippet["form"] == "inline":
        for claim in claims:
            code = claim.get("setup", "") + "\n" + claim["subject"]
            last = code.count("\n") + 1
            yield (claim, *judge(claim, observe(python, code, [last]), subject_of(code, last)))
        return
    # What a notebook stores of a cell stands above it: `at` is the line of the statement.
    about = [(c, subject_of(code, c.get("at", c["line"]))) for c in claims]
    seen = observe(python, code, [s.end_lineno for _, s in about], files, before)
    for claim, statement in about:
        yield (claim, *judge(claim, seen, statement))


def outcome(python, lines, labels, snippet):
    files, before = surroundings(lines, labels, snippet)
    return plain_run(python, "".join(before) + code_of(lines, snippet).lstrip("\n"), files)


def without_addresses(text):
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


def same_outcome(labelled, got):
    return labelled == got or labelled.split(":")[0] == got.split(":")[0]


def verify(python, labels):
    """Every difference between the labels of one document and reality, as a sentence."""
    lines = read_lines(labels["doc"])
    for snippet in labels["snippets"]:
        name = "%s line %d" % (labels["doc"], snippet["start"])
        # A plain file has no await at its top level; truedoc runs it as a notebook does.
        if snippet["tier"] == 1 and not is_session(lines, snippet) and not snippet.get("await"):
            got = outcome(python, lines, labels, snippet)
            if not same_outcome(snippet["runs"], got):
                yield "%s: labelled %r, ends with %r" % (name, snippet["runs"], got)
        for test in (t for t in labels.get("tests", []) if t["snippet"] == snippet["id"]):
            files, before = surroundings(lines, labels, snippet)
            truth = truth_of_test(python, "".join(before) + code_of(lines, snippet), files, test["name"])
            if truth != test["truth"]:
                yield "%s line %d: the test %s is labelled %s, is %s" % (
                    labels["doc"], test["line"], test["name"], test["truth"], truth)
        claims = [c for c in labels["claims"] if c["snippet"] == snippet["id"] and c["truth"] in JUDGED]
        if not claims or snippet.get("runs", "").startswith("SyntaxError"):
            continue
        for claim, truth, actual in judge_snippet(python, lines, labels, snippet, claims):
            if claim.get("step") and without_addresses(actual) == claim["actual"]:
                continue  # how lenient a step is, is for people to say; what Python shows is checked
            if truth != claim["truth"]:
                yield "%s line %d: labelled %s, is %s: claimed %r, got %r" % (
                    labels["doc"], claim["line"], claim["truth"], truth, claim["claimed"], actual)


def main(arguments):
    pythons, paths = [], []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        pythons.append(rest.pop(0)) if word == "--python" else paths.append(word)
    paths = paths or sorted(os.path.join(HERE, n) for n in os.listdir(HERE) if n.endswith(".json"))
    wrong = 0
    for python in pythons or [sys.executable]:
        for path in paths:
            with open(path, encoding="utf-8") as f:
                labels = json.load(f)
            for difference in verify(python, labels):
                wrong += 1
                print("%s: %s" % (python, difference))
    print("%d labels files, %d differences" % (len(paths), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
