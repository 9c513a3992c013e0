#!/usr/bin/env python3
"""truedoc against its peers: the same examples, the same machine, one run. README.md says how."""

import argparse
import ctypes
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import contestants
import corpus
from contestants import Contestant

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TRUEDOC_FAILURE = r"^doc(?P<doc>\d+)\.md:(?P<line>\d+): refuted"
PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Program:
    """A contestant with its program, and what was measured of it."""

    contestant: Contestant
    command: list
    folder: Path
    #: Whether it begins without anything that earlier runs left in the cache.
    forgets: bool = True
    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    failures: set | None = None

    @property
    def is_ours(self):
        return not self.contestant.arguments

    def is_slow(self, patience):
        """Whether it takes too long to be asked again. All are measured against truedoc, which always is."""
        return not self.is_ours and max(self.walls, default=0) > patience


def main():
    options = arguments()
    # So that what a contestant leaves behind is counted with it.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    python = environment(folder)
    tables, slow = [], []
    for examples in sorted(options.examples):
        prepared, places = prepare(folder / str(examples), examples, python, options.generator)
        programs = [
            *truedocs(options.truedoc.resolve(), prepared),
            *(of_python(one, prepared, python) for one in contestants.peers(cores())),
        ]
        wanted = [one for one in programs if is_wanted(one, options) and one.contestant.name not in slow]
        measure(wanted, python, options.rounds, options.patience)
        tables.append(table(examples, places, wanted, slow))
        slow += [one.contestant.name for one in wanted if one.is_slow(options.patience)]
        print(tables[-1], flush=True)
    if options.write:
        report = page(tables, options, version(options.truedoc, python))
        (ROOT / "docs/performance.md").write_text(report)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--examples", type=int, nargs="+", default=[1000, 5000], help="how many examples (1000 5000)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each one runs (5)")
    parser.add_argument("--truedoc", type=Path, default=ROOT / "target/release/truedoc", help="the program")
    parser.add_argument("--folder", type=Path, default=ROOT / "target/peers", help="where it all is made")
    parser.add_argument("--generator", type=Path, help="a program like corpus.py that writes the examples")
    parser.add_argument("--only", nargs="+", help="those whose name has one of these words")
    parser.add_argument(
        "--patience",
        type=float,
        default=30,
        help="seconds; who takes longer runs once, and no larger number (30)",
    )
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args()


def is_wanted(program, options):
    name = program.contestant.name
    return not options.only or any(word in name for word in options.only)


def cores():
    return len(os.sched_getaffinity(0))


def environment(folder):
    """The Python of a virtual environment with the peers. A `python3` found by name may be a script that
    looks for the real one each time."""
    place = folder / "venv"
    python = place / "bin/python"
    pins = (HERE / "requirements.txt").read_text()
    done = place / "requirements.txt"
    if not done.exists() or done.read_text() != pins:
        shutil.rmtree(place, ignore_errors=True)
        real = os.path.realpath(sys.executable)
        subprocess.run([real, "-m", "venv", place], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True
        )
        done.write_text(pins)
    return python


def clean_environment(python, cache):
    """All have the Python of the same virtual environment, no plugins that they did not ask for, and a cache
    of their own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    activated = {"VIRTUAL_ENV": str(python.parent.parent)}
    return {**kept, **activated, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "XDG_CACHE_HOME": str(cache)}


def prepare(folder, examples, python, generator):
    """Writes the examples in all ways; returns their folder and the places of what is false."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [python, generator or HERE / "corpus.py", folder, str(examples // corpus.EXAMPLES)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    # pytest-examples writes its outputs itself, while all is true.
    update = contestants.PYTEST_EXAMPLES.replace("run_print_check", "run_print_update")
    (folder / "hash/test_update.py").write_text(update)
    command = [python, *contestants.PYTEST, "-p", "pytest_examples", "--update-examples", "test_update.py"]
    subprocess.run(
        command,
        cwd=folder / "hash",
        env=clean_environment(python, folder / "cache"),
        check=False,
        stdout=subprocess.DEVNULL,
    )
    (folder / "hash/test_update.py").unlink()
    places = corpus.plant(folder)
    corpus.write_modules(folder)
    return folder, places


def folder_of(contestant, prepared):
    """A copy of the documents for this contestant alone."""
    folder = prepared / "run" / "".join(letter if letter.isalnum() else "-" for letter in contestant.name)
    shutil.copytree(prepared / contestant.way, folder)
    for name, text in contestant.files.items():
        (folder / name).write_text(text)
    return folder


def of_python(contestant, prepared, python):
    folder = folder_of(contestant, prepared)
    documents = sorted(path.name for path in folder.glob("*.md"))
    words = []
    for word in contestant.arguments:
        words += documents if word == "*.md" else [word]
    return Program(contestant, [python, *words], folder)


def truedocs(program, prepared):
    """truedoc as it is, with each run isolated, and a second time; as far as it can do that."""
    known = subprocess.run([program, "check", "--help"], capture_output=True, text=True, check=True).stdout
    ways = [("truedoc", [], True, "")]
    if "--isolate" in known:
        ways.append(("truedoc --isolate always", ["--isolate", "always"], True, "a process for each example"))
    if "--no-cache" in known:
        ways.append(("truedoc, a second time", [], False, "nothing has changed since the first time"))
    programs = []
    for name, more, forgets, remark in ways:
        # A project of its own, whatever lies above.
        contestant = Contestant(name, "text", (), TRUEDOC_FAILURE, {"truedoc.toml": ""}, remark)
        command = [program, "check", "--format", "concise", *more, "."]
        programs.append(Program(contestant, command, folder_of(contestant, prepared), forgets))
    return programs


def measure(programs, python, rounds, patience):
    """Runs all of them in turn, so that a change of the machine meets everybody. The first time is not
    counted: it reads files into memory, and shows what each one finds. Of who takes too long it is all."""
    for number in range(rounds + 1):
        for one in programs:
            if one.is_slow(patience):
                continue
            output, wall, cpu = run(one, python)
            if number == 0:
                one.failures = one.contestant.failures(output, one.folder)
            if number > 0 or (wall > patience and not one.is_ours):
                one.walls.append(wall)
                one.cpus.append(cpu)
            said = f"round {number} of {rounds}: {one.contestant.name}: {wall:.2f} s, {cpu:.2f} s of CPU"
            print(said, file=sys.stderr)


def run(program, python):
    """What it prints, the seconds that pass, and the seconds that it and all its children work."""
    cache = program.folder.with_suffix(".cache")
    if program.forgets:
        shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(exist_ok=True)
    printed = program.folder.with_suffix(".out")
    with printed.open("wb") as out:
        start = time.monotonic()
        process = subprocess.Popen(
            program.command,
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=clean_environment(python, cache),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime + rest()
    output = printed.read_text(errors="replace")
    if process.returncode not in (0, 1):
        sys.exit(f"{program.contestant.name} ended with {process.returncode}:\n{output[-3000:]}")
    return output, wall, cpu


def rest():
    """The seconds of what was left behind."""
    worked = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return worked
        worked += usage.ru_utime + usage.ru_stime


def found(program, places):
    """How what it found compares with what is false."""
    failures = program.failures
    if failures == places:
        return "all"
    if failures and all(index is None for _, index in failures):
        same = {document for document, _ in failures} == {document for document, _ in places}
        return "all, by document" if same else "not the same"
    missed, more = len(places - failures), len(failures - places)
    return f"{missed} missed, {more} too many"


def table(examples, places, programs, slow):
    """The medians, the quickest first, and their ratios to the first program; below them who was left
    out because fewer examples took too long."""
    first = programs[0]
    lines = [
        f"## {examples:,} examples in {examples // corpus.EXAMPLES} documents, {len(places)} of them false",
        "",
        f"| | seconds | {first.contestant.name} = 1 | seconds of CPU | {first.contestant.name} = 1 | finds what is false | remark |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in sorted(programs, key=lambda one: median(one.walls)):
        wall, cpu = median(one.walls), median(one.cpus)
        spread = f"{min(one.walls):.2f} to {max(one.walls):.2f}" if len(one.walls) > 1 else "once"
        shares = [wall / median(first.walls), cpu / median(first.cpus)]
        lines.append(
            f"| {one.contestant.name} | {wall:.2f} ({spread}) | {shares[0]:.2f} | {cpu:.2f} | {shares[1]:.2f} "
            f"| {found(one, places)} | {one.contestant.remark} |"
        )
    if slow:
        lines += ["", f"Not run, because fewer examples already took long: {', '.join(slow)}."]
    return "\n".join(lines) + "\n"


def version(truedoc, python):
    said = [
        subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        for program in (truedoc, python)
    ]
    return " and ".join(said)


def page(tables, options, versions):
    """docs/performance.md."""
    pins = [line for line in (HERE / "requirements.txt").read_text().split("\n") if "==" in line]
    kind = (
        "those of `corpus.py`"
        if options.generator is None
        else f"those of another generator, `{options.generator.name}`"
    )
    return (
        (HERE / "page.md")
        .read_text()
        .format(
            kind=kind,
            rounds=options.rounds,
            patience=f"{options.patience:g}",
            machine=f"{cores()} cores, {platform.system()} {platform.release()} on {platform.machine()}",
            versions=versions,
            pins=", ".join(pins),
            tables="\n".join(tables),
        )
    )


if __name__ == "__main__":
    main()
