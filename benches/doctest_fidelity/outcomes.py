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


def is_prompt(line):
    """Whether a line of a file holds the beginning of an input; a docstring may open in front."""
    return line.lstrip(" \t'\"rRuU({").startswith(">>>")


class Places:
    """The lines of a file that hold a prompt."""

    def __init__(self, path):
        self.text = Path(path).read_bytes().decode("utf-8", "replace").splitlines()
        self.prompts = [
            (number, line.partition(">>>")[2].strip())
            for number, line in enumerate(self.text, 1)
            if is_prompt(line)
        ]

    def lines_of(self, test):
        """The lines of the examples of a test: where as many prompts in a row have the same sources.
        Of several such places it is the one nearest to where doctest has it."""
        if not test.examples:
            return []
        found = [lines for start in range(len(self.prompts)) if (lines := self.match(start, test.examples))]
        expected = (test.lineno or 0) + test.examples[0].lineno + 1
        distance = lambda lines: (-self.agreement(lines, test.examples), abs(lines[0] - expected))
        return min(found, key=distance, default=[None] * len(test.examples))

    def agreement(self, lines, examples):
        """How many of the outputs stand below their prompts."""
        shown = 0
        for line, example in zip(lines, examples):
            below = self.text[line + example.source.count("\n") - 1 :][:1]
            shown += bool(example.want) and below[:1] != [] and below[0].strip() == example.want.split("\n")[0].strip()
        return shown

    def match(self, start, examples):
        """Prompts from here on that have these sources; those that hold comments only may lie between."""
        lines = []
        index = start
        for example in examples:
            source = example.source.split("\n", 1)[0].strip()
            while index < len(self.prompts) and lines and is_blank(self.prompts[index][1]) and source[:1] != "#":
                index += 1
            if index >= len(self.prompts) or not alike(self.prompts[index][1], source):
                return None
            lines.append(self.prompts[index][0])
            index += 1
        return lines


def is_blank(source):
    return not source or source.startswith("#")


def alike(text, source):
    """Whether a line of the file is a source, escapes of its string and its end aside."""
    if "\\" in text:
        head = text.partition("\\")[0].rstrip()
        return source.startswith(head)
    return text.startswith(source)


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
    sys.path[0:1] = [os.path.abspath(root)] if root else []
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
            for example, line in zip(examples, places.lines_of(test)):
                outcome, got = recorder.outcomes.get(id(example), ("skipped", None))
                found.append(
                    {
                        "line": line,
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
