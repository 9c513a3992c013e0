"""What `python -m doctest` finds in one file, example by example, as JSON on standard output.

    python outcomes.py PATH [NAME [ROOT]]

A Python file is the module NAME, imported as any other program would import it, with ROOT in front
of the path; any other file is read as `doctest.testfile` reads it. Each entry has the line of the
prompt in the file, the source, and the outcome: passed, failed or skipped. What doctest knows of an
example and what the file says are two things where a docstring has escapes or is put together at
run time; the line is that of the prompt with the same source nearest to where doctest has it.
"""

import doctest
import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path


class Recorder(doctest.DocTestRunner):
    """Runs examples and keeps the outcome of each."""

    def __init__(self):
        super().__init__(verbose=False)
        self.outcomes = {}

    def report_start(self, out, test, example):
        self.outcomes[id(example)] = ("passed", None)

    def report_success(self, out, test, example, got):
        pass

    def report_failure(self, out, test, example, got):
        self.outcomes[id(example)] = ("failed", got)

    def report_unexpected_exception(self, out, test, example, exc_info):
        text = "".join(traceback.format_exception_only(*exc_info[:2]))
        self.outcomes[id(example)] = ("failed", text)


class Places:
    """The lines of a file that hold a prompt."""

    def __init__(self, path):
        lines = Path(path).read_bytes().decode("utf-8", "replace").splitlines()
        self.prompts = [
            (number, line.partition(">>>")[2].strip())
            for number, line in enumerate(lines, 1)
            if line.lstrip(" \t'\"rRuU(").startswith(">>>")
        ]
        self.taken = set()

    def line_of(self, expected, source):
        first = source.split("\n", 1)[0].strip()
        free = [(number, text) for number, text in self.prompts if number not in self.taken]
        alike = [number for number, text in free if text.startswith(first)] if first else []
        if not alike:
            # Escapes: the source of the file reads differently.
            alike = [number for number, _ in free if expected and abs(number - expected) <= 1]
        if not alike:
            return None
        line = min(alike, key=lambda number: abs(number - (expected or 0)))
        self.taken.add(line)
        return line


def tests_of(path, name):
    if not name:
        text = Path(path).read_text(encoding="utf-8")
        return [doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, path, path, 0)]
    module = importlib.import_module(name)
    if os.path.realpath(module.__file__) != os.path.realpath(path):
        raise ImportError(f"{name} is {module.__file__}, not {path}")
    return doctest.DocTestFinder(exclude_empty=True).find(module, name)


def main():
    path, name, root = [*sys.argv[1:], "", ""][:3]
    path = os.path.abspath(path)
    # The folder of this script is not to be imported from.
    sys.path[0:1] = [root] if root else []
    sys.argv = [path]
    answer, sys.stdout = sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        found = []
        places = Places(path)
        for test in tests_of(path, name):
            examples = list(test.examples)
            recorder = Recorder()
            try:
                recorder.run(test, out=lambda text: None, clear_globs=False)
            except BaseException as error:  # an example that ends the interpreter ends its docstring
                print("ended by", repr(error), file=sys.stderr)
            for example in examples:
                expected = None if test.lineno is None else test.lineno + example.lineno + 1
                outcome, got = recorder.outcomes.get(id(example), ("skipped", None))
                found.append(
                    {
                        "line": places.line_of(expected, example.source),
                        "name": test.name,
                        "source": example.source,
                        "want": example.want,
                        "outcome": outcome,
                        "got": got,
                    }
                )
        os.chdir("/")
    json.dump(found, answer)


if __name__ == "__main__":
    main()
