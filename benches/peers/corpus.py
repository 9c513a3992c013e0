"""The same examples as each peer wants them written.

    python corpus.py FOLDER DOCUMENTS

Writes DOCUMENTS documents of 20 small programs each, of the standard library alone, one folder for each
way of writing them down:

    text      a block, and its output in a block below the word `Output:`; no markup (truedoc)
    output    the same, with the mark of pytest-codeblocks before the output (phmdoctest, pytest-codeblocks)
    assert    a block with assertions (mktestdocs, pytest-markdown-docs, Sybil)
    hash      a block that prints; pytest-examples itself writes the outputs as `#>` comments
    doctest   a block with a session at the prompt (doctest, pytest, xdoctest, byexample)
    scripts   a file for each program, and a file with its output

The programs are those of `programs.txt`, filled with values by chance; a line `=> EXPRESSION` is
something to check. All that is claimed is true; `plant` makes some of it false. Any other program that
is called so and writes these folders does as well.
"""

import ast
import contextlib
import io
import random
import re
import sys
from pathlib import Path

EXAMPLES = 20
FOLDERS = ("text", "output", "assert", "hash", "doctest")
WORDS = ("amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "juniper")

PROGRAMS = (Path(__file__).parent / "programs.txt").read_text().split("----\n")


def filled(program, chance):
    """A program with values of its own."""
    word, other = chance.sample(WORDS, 2)
    return program.format(
        big=chance.randint(1000, 60000),
        small=chance.randint(5, 25),
        digit=chance.randint(2, 9),
        numbers=[chance.randint(1, 50) for _ in range(6)],
        words=chance.sample(WORDS, 5),
        word=word,
        other=other,
    )


def pieces(program):
    """The statements of a program in their order, each with whether it is something to check."""
    lines = program.rstrip("\n").split("\n")
    code = []
    for line in [*lines, "=> "]:
        if not line.startswith("=> "):
            code.append(line)
            continue
        text = "\n".join(code)
        for statement in ast.parse(text).body:
            first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])
            yield False, "\n".join(text.split("\n")[first - 1 : statement.end_lineno])
        code = []
        if line != "=> ":
            yield True, line[3:]


def session(statement, printed):
    """A statement at the prompt, with what is printed below it."""
    first, *rest = statement.split("\n")
    lines = [f">>> {first}", *(f"... {line}".rstrip() for line in rest)]
    if rest:
        lines.append("...")
    return [*lines, *printed.rstrip("\n").split("\n")] if printed else lines


def joined(statements):
    """Statements as a file has them: those of several lines stand apart."""
    text = ""
    for before, statement in zip(["", *statements], statements, strict=False):
        apart = "\n" if before and ("\n" in before or "\n" in statement) else ""
        text += f"{apart}{statement}\n"
    return text


def written(program):
    """A program in each way of writing, and what it prints."""
    names = {"__name__": "__main__"}
    prints, asserts, prompts, output = [], [], [], ""
    for is_check, text in pieces(program):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            value = eval(text, names) if is_check else exec(text, names)
        if is_check:
            prints.append(f"print({text})")
            asserts.append(f"assert repr({text}) == {repr(value)!r}")
            prompts += session(text, f"{value!r}\n")
            output += f"{value}\n"
        else:
            prints.append(text)
            asserts.append(text)
            prompts += session(text, printed.getvalue())
            output += printed.getvalue()
    code = joined(prints)
    plain = f"```python\n{code}```\n\n"
    return {
        "text": f"{plain}Output:\n\n```text\n{output}```\n",
        "output": f"{plain}<!--pytest-codeblocks:expected-output-->\n```\n{output}```\n",
        "assert": f"```python\n{joined(asserts)}```\n",
        "hash": plain,
        "doctest": "```python\n" + "\n".join(prompts) + "\n\n```\n",
        "script": (code, output),
    }


def generate(folder, documents):
    """Writes the documents. The same numbers give the same documents."""
    chance = random.Random(1)
    for name in (*FOLDERS, "scripts"):
        (folder / name).mkdir(parents=True)
    for document in range(documents):
        texts = {name: f"# Document {document}\n" for name in FOLDERS}
        for index, program in enumerate(chance.sample(PROGRAMS, EXAMPLES)):
            ways = written(filled(program, chance))
            for name in FOLDERS:
                texts[name] += (
                    f"\n## {index + 1}. Program\n\nWhat the `program` says is told below.\n\n{ways[name]}"
                )
            script = folder / "scripts" / f"ex{document * EXAMPLES + index:05}"
            script.with_suffix(".py").write_text(ways["script"][0])
            script.with_suffix(".out").write_text(ways["script"][1])
        for name in FOLDERS:
            (folder / name / f"doc{document:04}.md").write_text(texts[name])


def sections(text):
    """The beginning of a document, and its examples."""
    return re.split(r"(?m)^(?=## \d+\. )", text)


def is_false(number):
    """Whether the example of this number gets a false claim: at most one of a document."""
    return number % 30 == 7


CLAIMS = {"assert": "assert 6 * 7 == 43\n", "doctest": ">>> 6 * 7\n43\n"}


def with_false_claim(way, section):
    """An example that says at its end that 6 times 7 is 43."""
    head, code, rest = re.split(r"(?ms)^```python\n(.*?)^```\n", section, maxsplit=1)
    printed = "print(6 * 7)\n" + ("#> 43\n" if way == "hash" else "")
    code = code.rstrip("\n") + "\n" + CLAIMS.get(way, printed) + ("\n" if way == "doctest" else "")
    if way in ("text", "output"):
        rest = re.sub(r"```\n$", "43\n```\n", rest.rstrip("\n") + "\n")
    return f"{head}```python\n{code}```\n{rest}"


def plant(folder):
    """Makes some of the claims false, the same ones in each way of writing, and returns their places:
    number of the document, number of the example within it."""
    places = set()
    for way in FOLDERS:
        for path in sorted((folder / way).glob("*.md")):
            document = int(path.stem[3:])
            head, *examples = sections(path.read_text())
            for index, section in enumerate(examples):
                if is_false(document * EXAMPLES + index):
                    examples[index] = with_false_claim(way, section)
                    places.add((document, index))
            path.write_text("".join([head, *examples]))
    for document, index in places:
        script = folder / "scripts" / f"ex{document * EXAMPLES + index:05}"
        for suffix, more in ((".py", "print(6 * 7)\n"), (".out", "43\n")):
            path = script.with_suffix(suffix)
            path.write_text(path.read_text() + more)
    return places


def write_modules(folder):
    """The sessions as docstrings of functions, a module for each document."""
    (folder / "modules").mkdir()
    for path in sorted((folder / "doctest").glob("*.md")):
        _, *examples = sections(path.read_text())
        module = ""
        for index, section in enumerate(examples):
            code = re.search(r"(?ms)^```python\n(.*?)^```\n", section)[1].rstrip("\n")
            quotes = '"""' if '"""' not in code else "'''"
            body = "\n".join(f"    {line}".rstrip() for line in code.split("\n"))
            module += f"\n\ndef example_{index}():\n    r{quotes}\n{body}\n    {quotes}\n"
        (folder / "modules" / f"{path.stem}.py").write_text(module.lstrip("\n"))


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
