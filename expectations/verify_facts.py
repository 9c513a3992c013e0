#!/usr/bin/env python3
"""Check the facts of this folder under other versions of Python, without truedoc's own runs.

usage: verify_facts.py [--python PATH ...] [--truedoc PATH]

Asks truedoc for the facts (`truedoc facts --json`), runs each probe and each contrast as a plain
`python file.py` under every interpreter, and compares what they print with what is stated: within
`since` and `until` exactly that, outside of them something else. Without --python every CPython from
3.9 on is used that is on the PATH or that pyenv keeps. Exit status 1 if a fact is not as stated.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST = (3, 9)
SECONDS = 30


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", help="an interpreter; may be given more than once")
    parser.add_argument("--truedoc", default=os.path.join(ROOT, "target/release/truedoc"))
    options = parser.parse_args()
    facts = all_facts(options.truedoc)
    pythons = {version_of(path): path for path in options.python or found_pythons()}
    pythons = {version: pythons[version] for version in sorted(filter(None, pythons)) if version >= OLDEST}
    wrong = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for version, path in pythons.items():
            differences = [difference for found in pool.map(lambda fact: differing(fact, version, path), facts)
                           for difference in found]
            wrong += len(differences)
            print(*differences, sep="\n", end="\n" * bool(differences))
            holding = sum(covers(fact, version) for fact in facts)
            print(f"Python {version[0]}.{version[1]}: {holding} of {len(facts)} facts are to hold, "
                  f"{len(differences)} differences")
    return 1 if wrong or not pythons else 0


def all_facts(truedoc):
    done = subprocess.run([truedoc, "facts", "--json"], cwd=ROOT, capture_output=True, text=True)
    if not done.stdout:
        sys.exit(done.stderr)
    return json.loads(done.stdout)["facts"]


def found_pythons():
    names = [f"python3.{minor}" for minor in range(OLDEST[1], 30)]
    kept = glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3"))
    return [*kept, *filter(None, map(shutil.which, names))]


def version_of(python):
    """Major and minor version, or None where it does not start (a shim of a version that is not there)."""
    code = "import sys; print(*sys.version_info[:2]) if sys.implementation.name == 'cpython' else None"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    numbers = re.findall(r"\d+", done.stdout)
    return tuple(map(int, numbers)) if done.returncode == 0 and len(numbers) == 2 else None


def covers(fact, version):
    bound = {key: tuple(map(int, fact[key].split("."))) for key in ("since", "until") if fact[key]}
    return bound.get("since", version) <= version <= bound.get("until", version)


def differing(fact, version, python):
    """Every way in which a fact is not as stated, as a sentence."""
    name = f"{fact['file']}:{fact['line']}: {fact['id']} under {version[0]}.{version[1]}"
    printed = run(python, fact["probe"])
    if not covers(fact, version):
        if printed == fact["prints"].rstrip():
            yield f"{name}: holds, outside of since and until"
        return
    if printed != fact["prints"].rstrip():
        yield f"{name}: the probe prints {printed!r}"
    printed = run(python, fact["contrast"]["probe"])
    if printed != fact["contrast"]["prints"].rstrip():
        yield f"{name}: the contrast prints {printed!r}"


def run(python, code):
    """What a program prints, or how else it ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "example.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(code)
        environment = {"PATH": os.path.dirname(python) + ":/usr/bin:/bin", "HOME": folder, "TZ": "UTC",
                       "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
        try:
            done = subprocess.run([python, path], cwd=folder, env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return f"nothing within {SECONDS} s"
    return done.stdout.rstrip() if done.returncode == 0 else (done.stderr.strip().splitlines() or ["?"])[-1]


if __name__ == "__main__":
    sys.exit(main())
