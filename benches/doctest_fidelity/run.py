#!/usr/bin/env python3
"""Compares truedoc with `python -m doctest`, example by example.

The documents are those that hold prompts in the standard library of the interpreter that truedoc
runs (docstrings of modules, and texts), and in the source archives of two projects, which pip
fetches. Both tools see the same files under the same interpreter: doctest in a new process for each
file (`outcomes.py`), truedoc in one check of each source. Writes the figures as Markdown.

    cargo build --release
    python3 benches/doctest_fidelity/run.py                    # writes docs/doctest.md
    python3 benches/doctest_fidelity/run.py --show reversed    # and the examples of a class

Never part of the tests: it needs a package index. `tests/doctest_fidelity.rs` compares a handful of
modules in the same way.
"""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from outcomes import is_prompt

ROOT = Path(__file__).resolve().parents[2]
OUTCOMES = Path(__file__).resolve().parent / "outcomes.py"
PROJECTS = ("more-itertools==11.2.1", "networkx==3.6.1")
# Files of the standard library that open windows or browsers when they are imported.
NOT_IMPORTED = {"antigravity.py", "this.py"}
# Seconds that doctest may take for one file.
LONGEST = 30


def main():
    options = arguments()
    options.truedoc = options.truedoc.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        # Not below /tmp: the sandbox has one of its own, and would hide the data files of packages.
        folder = Path(options.keep or ROOT / "target/doctest_fidelity").resolve()
        python = interpreter(options.truedoc, Path(scratch))
        sources = {f"CPython {version_of(python)}, `Lib`": standard_library(python)}
        for project in PROJECTS:
            sources[project.replace("==", " ")] = project_files(fetched(project, folder))
        results = {}
        for name, files in sources.items():
            results[name] = Result(options, python, files, Path(scratch))
            print(f"{name}: {results[name].summary()}", file=sys.stderr)
    Path(options.output).write_text(page(results), encoding="utf-8")
    for name, result in results.items():
        for comparison in result.compared:
            if options.show and options.show in (comparison.kind, "all") and comparison.kind:
                print(f"\n=== {comparison.kind}: {comparison.path}:{comparison.line}\n{comparison.text()}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truedoc", default=ROOT / "target/release/truedoc", type=Path, help="the program to try")
    parser.add_argument("--keep", metavar="DIR", help="unpack here instead of target/doctest_fidelity")
    parser.add_argument("--output", default=ROOT / "docs/doctest.md", help="the page to write")
    parser.add_argument("--show", metavar="CLASS", help="print the examples of a class of difference, or `all`")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="doctest processes at once")
    return parser.parse_args()


# --- The files.


class File:
    """A document: its path, and for a module its name and the folder it is imported from."""

    def __init__(self, path, name="", root=""):
        self.path = path
        self.name = name
        self.root = root


def interpreter(truedoc, scratch):
    """The python that truedoc runs examples with."""
    (scratch / "one.md").write_text("```python\n>>> 1\n1\n```\n")
    command = [truedoc, "check", "--format", "json", "--quiet", "one.md"]
    output = subprocess.run(command, cwd=scratch, stdout=subprocess.PIPE, check=True).stdout
    return json.loads(output)["interpreters"][0]["executable"]


def version_of(python):
    return subprocess.run([python, "-V"], stdout=subprocess.PIPE, text=True).stdout.split()[-1]


def standard_library(python):
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]
    library = Path(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())
    paths = [path for path in bearing(library, (".py", ".txt")) if "site-packages" not in path.parts]
    return [described(path) for path in paths if path.name not in NOT_IMPORTED]


def project_files(tree):
    return [described(path) for path in bearing(tree, (".py", ".rst", ".txt"))]


def bearing(folder, extensions):
    """The files below a folder that have a prompt."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in extensions and path.is_file():
            text = path.read_bytes()
            if any(line.lstrip().startswith(b">>> ") for line in text.splitlines()):
                found.append(path)
    return found


def described(path):
    if path.suffix != ".py":
        return File(path)
    names = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return File(path, ".".join(names), str(folder))


def fetched(project, folder):
    """The unpacked source archive of a project."""
    archives = folder / "archives" / project
    if not archives.is_dir():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, "--dest", archives, project], check=True)
    (archive,) = archives.glob("*.tar.gz")
    tree = folder / archive.name.removesuffix(".tar.gz")
    if not tree.is_dir():
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
    return tree


# --- The two tools.


def doctest_of(python, file):
    """The outcomes that doctest has for a file; none if it cannot be imported."""
    command = [python, OUTCOMES, file.path, *([file.name, file.root] if file.name else [])]
    # As truedoc has it.
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C.UTF-8"}
    environment["LC_ALL"] = "C.UTF-8"
    with tempfile.TemporaryDirectory() as home:
        environment["HOME"] = home
        try:
            ended = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            return None, "it takes too long"
    try:
        return json.loads(ended.stdout), None
    except ValueError:
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        return None, lines[-1] if lines else "it gave no answer"


def truedoc_of(truedoc, files, scratch):
    """The report on the files: for each path, what became of each input by its line."""
    report = scratch / "report.json"
    command = [truedoc, "check", "--quiet", "--no-expectations", "--format", "json", "--output", report]
    ended = subprocess.run([*command, *(file.path for file in files)], cwd=scratch)
    if ended.returncode not in (0, 1):
        sys.exit(f"truedoc ended with status {ended.returncode}")
    documents = json.loads(report.read_text())["documents"]
    return {path: inputs_of(path, document) for path, document in of_paths(documents, scratch)}


def of_paths(documents, scratch):
    return (((scratch / document["path"]).resolve(), document) for document in documents)


def inputs_of(path, document):
    """Of each prompt of a document what truedoc found."""
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    prompts = [number for number, line in enumerate(lines, 1) if is_prompt(line)]
    found = {}
    for example in document["examples"]:
        own = [line for line in prompts if example["start_line"] <= line <= example["end_line"]]
        marks = (mark["line"] for mark in example["marks"] if mark["meaning"] == "skip")
        skipped = {max((line for line in own if line <= mark), default=None) for mark in marks}
        for claim in example["claims"]:
            line = max((line for line in own if line <= claim["line"]), default=None)
            if claim["origin"] == "doctest" and line:
                found[line] = Finding(claim["verdict"], claim["match"] or claim["reason"], claim["actual"])
        for entry in example.get("inputs", ()):
            unclaimed = Finding.of_input(entry, entry["line"] in skipped)
            found.setdefault(entry["line"], unclaimed)
        reason = example["reason"] or example["status"]
        for line in own:
            found.setdefault(line, Finding("undecided", reason, example["detail"]))
    return found


class Finding:
    """What truedoc says of an input."""

    # What doctest would call it.
    OUTCOMES = {
        "confirmed": "passed",
        "silent": "passed",
        "refuted": "failed",
        "raised": "failed",
        "printed": "failed",
        "skipped": "skipped",
    }

    def __init__(self, verdict, why=None, actual=None):
        self.verdict = verdict
        self.why = why
        self.actual = actual
        self.outcome = self.OUTCOMES.get(verdict, "skipped" if why == "marked" else None)

    @classmethod
    def of_input(cls, entry, skipped):
        """An input that shows no output, so that nothing is claimed of it."""
        if skipped:
            return cls("skipped")
        if entry["raised"]:
            return cls("raised", entry["raised"], entry["output"])
        return cls("printed" if entry["output"] else "silent", None, entry["output"])


# --- The comparison.


class Comparison:
    """One example of doctest and what truedoc found at its line. Its kind is the class of the
    difference, none where both say the same."""

    def __init__(self, path, entry, finding):
        self.path = path
        self.line = entry["line"]
        self.entry = entry
        self.finding = finding
        self.kind = self.classify(entry["outcome"], finding)

    def classify(self, outcome, finding):
        if finding is None:
            return "not found" if self.line else "not in the file"
        if finding.outcome == outcome:
            return None
        if finding.verdict == "undecided":
            return f"{outcome}, undecided: {finding.why}"
        if outcome == "failed" and finding.verdict == "confirmed":
            return f"failed, confirmed: {finding.why}"
        return f"{outcome}, {finding.verdict}"

    def text(self):
        found = self.finding and (self.finding.verdict, self.finding.why, self.finding.actual)
        entry = self.entry
        return (
            f"{entry['name']}\n{entry['source']}--- shown\n{entry['want']}--- doctest: {entry['outcome']}\n"
            f"{entry['got'] or ''}\n--- truedoc: {found}"
        )


class Result:
    """Both tools on the files of one source."""

    def __init__(self, options, python, files, scratch):
        with ThreadPoolExecutor(options.jobs) as pool:
            answers = list(pool.map(lambda file: doctest_of(python, file), files))
        begun = time.monotonic()
        findings = truedoc_of(options.truedoc, files, scratch)
        self.seconds = time.monotonic() - begun
        self.compared = []
        self.not_imported = []
        self.modules = 0
        # Inputs that truedoc runs and doctest does not.
        self.further = 0
        for file, (entries, trouble) in zip(files, answers):
            found = findings.get(file.path.resolve(), {})
            if entries is None:
                self.not_imported.append((file, trouble))
                continue
            self.modules += bool(entries)
            self.compared += [Comparison(file.path, entry, found.get(entry["line"])) for entry in entries]
            self.further += len(set(found) - {entry["line"] for entry in entries})

    def count(self, outcome):
        return sum(comparison.entry["outcome"] == outcome for comparison in self.compared)

    def same(self):
        return sum(comparison.kind is None for comparison in self.compared)

    def kinds(self):
        return Counter(comparison.kind for comparison in self.compared if comparison.kind)

    def summary(self):
        counts = {outcome: self.count(outcome) for outcome in ("passed", "failed", "skipped")}
        different = dict(self.kinds().most_common())
        lost = [f"{file.path.name}: {trouble}" for file, trouble in self.not_imported]
        return f"{self.modules} {counts} same {self.same()} different {different} further {self.further} lost {lost} {self.seconds:.0f} s"


# --- The page.

# Why the two may differ: the beginning of a class of difference, and the reason.
REASONS = {
    "not in the file": "the docstring stands in no file as such: it is put together, or inherited, when the "
    "module is imported, or belongs to C code; truedoc reads what is written",
    "not found": "truedoc saw no example there",
    "failed, undecided: needs-name": "a name is missing that nothing in the docstring binds; truedoc says so "
    "instead of calling the output wrong",
    "failed, undecided: needs-package": "a package is not installed",
    "failed, undecided: needs-file": "a file is not there",
    "failed, undecided: needs-service": "a server is not there",
    "failed, undecided: blocked": "the sandbox has no network and no writable folder but its own",
    "failed, undecided: after-exception": "it only repeats the failure of an earlier input",
    "failed, undecided: nondeterministic": "two runs differ, or the value is of this machine",
    "failed, undecided: timeout": "it takes longer than an example may",
    "failed, undecided": "truedoc cannot tell, and says why",
    "failed, confirmed": "a step of comparison that is more lenient than doctest, named in the report",
    "passed, undecided: needs-file": "the sandbox does not show the folder of the package",
    "passed, undecided: after-exception": "it only repeats the failure of an earlier input",
    "passed, raised": "the sandbox does not show the folder of the package",
}


def reason(kind):
    fitting = [beginning for beginning in REASONS if kind.startswith(beginning)]
    return REASONS[max(fitting, key=len)] if fitting else "not explained"


def page(results):
    """The figures of all sources as Markdown."""
    lines = [
        "# The same as doctest",
        "",
        "`benches/doctest_fidelity/run.py` compares truedoc with `python -m doctest`, example by example: the "
        "same files, the same interpreter, doctest in a new process for each file. An input is the same if both "
        "pass it, fail it or leave it out.",
        "",
        "| source | modules and texts | inputs | passed by doctest | failed | left out | the same | different | truedoc took |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, result in results.items():
        passed, failed, skipped = (result.count(outcome) for outcome in ("passed", "failed", "skipped"))
        compared, same = len(result.compared), result.same()
        lines.append(
            f"| {name} | {result.modules} | {compared} | {passed} | {failed} | {skipped} | {same} "
            f"| {compared - same} | {result.seconds:.0f} s |"
        )
    total = Counter()
    for result in results.values():
        total += result.kinds()
    lines += ["", "## Differences", "", "| doctest, truedoc | inputs | why |", "|---|---:|---|"]
    lines += [f"| {kind} | {count} | {reason(kind)} |" for kind, count in total.most_common()]
    left_out = [(file, trouble) for result in results.values() for file, trouble in result.not_imported]
    lines += ["", "## Files that doctest cannot take", ""]
    lines += [f"- `{file.path.name}`: {first_words(trouble)}" for file, trouble in left_out] or ["None."]
    further = sum(result.further for result in results.values())
    lines += [
        "",
        f"truedoc runs {further} further inputs in these files that doctest does not list.",
        "",
        "An input below which no output is shown claims nothing in a document: prose leaves output out all the "
        "time. So truedoc refutes nothing there, though doctest expects that nothing is printed; the report "
        "tells what each input gave (`inputs`), and the comparison takes printed text for a failure.",
    ]
    return "\n".join(lines) + "\n"


def first_words(trouble):
    """The kind of an error, without the paths of this machine."""
    return trouble.split(":")[0] if "Error" in trouble else trouble


if __name__ == "__main__":
    main()
