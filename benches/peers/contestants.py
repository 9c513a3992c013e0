"""Who takes part: what each is given, how it is called, and how its failures are read.

A failure is a pair of numbers: the document, and the example within it. Where somebody tells the
document alone, the second is none.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from corpus import EXAMPLES

PYTEST = ("-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider")
SYBIL = """from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], pattern="*.md").pytest()
"""
PYTEST_EXAMPLES = """import pytest
from pytest_examples import find_examples

@pytest.mark.parametrize("example", find_examples("."), ids=str)
def test_example(example, eval_example):
    eval_example.run_print_check(example)
"""
MKTESTDOCS = """from pathlib import Path
import pytest
from mktestdocs import check_md_file

@pytest.mark.parametrize("path", sorted(Path(".").glob("*.md")), ids=str)
def test_document(path):
    check_md_file(path)
"""
PHMDOCTEST = """import sys
from pathlib import Path
from phmdoctest.main import testfile
import pytest

for path in sorted(Path(".").glob("doc*.md")):
    Path(f"test_{path.stem}.py").write_text(testfile(str(path)))
sys.exit(pytest.main(sys.argv[1:]))
"""
DOCTEST = """import doctest
import sys

for path in sys.argv[1:]:
    doctest.testfile(path, module_relative=False)
"""
BYEXAMPLE = "from byexample.byexample import main; main()"
SCRIPTS = """import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

def run(path):
    ended = subprocess.run([sys.executable, path], capture_output=True, text=True)
    if ended.returncode or ended.stdout != path.with_suffix(".out").read_text():
        print(f"differs: {path.name}")

with ThreadPoolExecutor(int(sys.argv[1])) as pool:
    list(pool.map(run, sorted(Path(".").glob("ex*.py"))))
"""


@dataclass
class Contestant:
    """One way of checking the examples."""

    name: str
    #: The way of writing that it is given, a folder of the corpus.
    way: str
    #: The arguments of Python, run in that folder; `*.md` stands for all documents.
    arguments: tuple
    #: What a failure looks like: groups `doc` and `line` (of the document), `index` or `number` (of the
    #: example within the document, from 0 or 1), or `script` (the number of the example of all).
    failure: str
    #: Files that have to stand beside the documents.
    files: dict = field(default_factory=dict)
    #: What the reader of the figures should know.
    remark: str = ""

    def failures(self, output, folder):
        """The failures that its output tells."""
        found = set()
        for match in re.finditer(self.failure, output, re.MULTILINE):
            said = match.groupdict()
            if "script" in said:
                found.add(divmod(int(said["script"]), EXAMPLES))
            elif "line" in said:
                path = Path(folder, f"doc{said['doc']}.md")
                lines = path.read_text().split("\n")[: int(said["line"])]
                heads = sum(bool(re.match(r"## \d+\. ", line)) for line in lines)
                found.add((int(said["doc"]), heads - 1))
            elif "number" in said:
                found.add((int(said["doc"]), int(said["number"]) - 1))
            else:
                index = said.get("index")
                found.add((int(said["doc"]), None if index is None else int(index)))
        return found


def doctests(cores):
    """Those that read sessions at the prompt."""
    continued = "--doctest-continue-on-failure"
    by_line = r"doc(?P<doc>\d+)\.md:(?P<line>\d+): DocTestFailure"
    by_name = r"^FAILED doc(?P<doc>\d+)\.py::\S*example_(?P<index>\d+)"
    byexample = ("-c", BYEXAMPLE, "-l", "python")
    in_file = r'^File "doc(?P<doc>\d+)\.md", line (?P<line>\d+)'
    everything = ("*.md",)
    return [
        # `python -m doctest` ends with the first document that fails.
        Contestant(
            "doctest",
            "doctest",
            ("all.py", *everything),
            r'doc(?P<doc>\d+)\.md", line (?P<line>\d+)',
            {"all.py": DOCTEST},
        ),
        Contestant("pytest --doctest-glob", "doctest", (*PYTEST, "--doctest-glob=*.md", continued), by_line),
        Contestant("pytest --doctest-modules", "modules", (*PYTEST, "--doctest-modules", continued), by_name),
        Contestant(
            "xdoctest",
            "modules",
            (*PYTEST, "-p", "no:doctest", "-p", "xdoctest.plugin", "--xdoctest"),
            by_name,
        ),
        Contestant("byexample", "doctest", (*byexample, *everything), in_file),
        Contestant(f"byexample -j {cores}", "doctest", (*byexample, "-j", str(cores), *everything), in_file),
    ]


def blocks():
    """Those that read blocks without prompts."""
    test = r"^FAILED \S*doc(?P<doc>\d+)\.md"
    return [
        Contestant("Sybil", "assert", PYTEST, test + r"::line:(?P<line>\d+)", {"conftest.py": SYBIL}),
        Contestant(
            "pytest-markdown-docs",
            "assert",
            (*PYTEST, "-p", "pytest_markdown_docs.plugin", "--markdown-docs"),
            test + r"::\[CodeFence#(?P<number>\d+)\]",
        ),
        Contestant(
            "mktestdocs",
            "assert",
            PYTEST,
            r"^FAILED \S+\[doc(?P<doc>\d+)\.md\]",
            {"test_all.py": MKTESTDOCS},
            "tells the document alone, and stops there at the first failure",
        ),
        Contestant(
            "pytest-codeblocks",
            "output",
            (*PYTEST, "-p", "pytest_codeblocks.plugin", "--codeblocks"),
            test + r"::line (?P<line>\d+)",
        ),
        Contestant(
            "phmdoctest",
            "output",
            ("all.py", *PYTEST[2:]),
            r"^FAILED test_doc(?P<doc>\d+)\.py::test_code_(?P<line>\d+)",
            {"all.py": PHMDOCTEST},
            "the time to write its test files is counted",
        ),
        Contestant(
            "pytest-examples",
            "hash",
            (*PYTEST, "-p", "pytest_examples"),
            r"^FAILED \S+\[doc(?P<doc>\d+)\.md:(?P<line>\d+)",
            {"test_all.py": PYTEST_EXAMPLES},
        ),
    ]


def peers(cores):
    """All peers, each alone, with pytest-xdist and with pytest-forked where it can be."""
    found = []
    for one in [*doctests(cores), *blocks()]:
        found.append(one)
        if one.arguments[:2] != PYTEST[:2] and one.name != "phmdoctest":
            continue
        ways = [(f"-n {cores}", ("-p", "xdist.plugin", "-n", str(cores)))]
        # A process for each test is one for each example where a test is one.
        if one.name not in ("pytest --doctest-glob", "mktestdocs"):
            ways.append(("--forked", ("-p", "pytest_forked", "--forked")))
        found += [
            Contestant(
                f"{one.name} {name}", one.way, (*one.arguments, *more), one.failure, one.files, one.remark
            )
            for name, more in ways
        ]
    scripts = Contestant(
        f"python file.py, {cores} at a time",
        "scripts",
        ("all.py", str(cores)),
        r"^differs: ex(?P<script>\d+)",
        {"all.py": SCRIPTS},
        "a fresh interpreter for each example",
    )
    return [*found, scripts]
