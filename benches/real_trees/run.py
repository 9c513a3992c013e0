#!/usr/bin/env python3
"""Extraction tried on the source archives of real projects.

Fetches the archives below with pip (nothing is installed), unpacks them into a temporary folder,
runs `truedoc extract --out` on each and counts the examples of every form and the reasons of
every rejection. With `--sample` it also prints that many examples and rejections, drawn at random,
with their text, so that somebody can read them and say how many are wrong. That is the point of it:
no test can say what the author of a document meant.

    cargo build --release
    python3 benches/real_trees/run.py                          # counts
    python3 benches/real_trees/run.py --sample 50 --seed 1     # counts and something to read
    python3 benches/real_trees/run.py --keep trees             # keep and use again what was fetched

Never part of the tests: it needs a package index.
"""

import argparse
import json
import random
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

# Markdown, reStructuredText, notebooks and docstrings, each in at least two of them.
PROJECTS = (
    "attrs==26.1.0",
    "boltons==26.2.0",
    "click==8.5.1",
    "funcy==2.1",
    "more-itertools==11.2.1",
    "nbsphinx==0.9.8",
    "networkx==3.6.1",
    "tenacity==9.2.1",
    "toolz==1.2.0",
    "tqdm==4.70.1",
)
ROOT = Path(__file__).resolve().parents[2]
# Lines of the document shown on either side of a sample.
AROUND = 3


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.keep or scratch).resolve()
        trees = [fetched(project, folder) for project in options.project or PROJECTS]
        found = {tree: extracted(options.truedoc, tree, Path(scratch) / "out") for tree in trees}
        show_counts(found)
        if options.sample:
            show_samples(found, options.sample, options.seed)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truedoc", default=ROOT / "target/release/truedoc", help="the program to try")
    parser.add_argument("--keep", metavar="DIR", help="unpack here, and fetch only what is not there yet")
    parser.add_argument("--project", action="append", help="NAME==VERSION instead of those listed here")
    parser.add_argument("--sample", type=int, metavar="N", help="print N examples and N rejections")
    parser.add_argument("--seed", type=int, default=1, help="which of the many samples")
    return parser.parse_args()


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


def extracted(truedoc, tree, out):
    """The index of every document of a tree, those without examples included."""
    out = out / tree.name
    subprocess.run([truedoc, "extract", "--quiet", "--out", out, "."], cwd=tree, check=True)
    return [json.loads(path.read_text()) for path in sorted(out.rglob("index.json"))]


def show_counts(found):
    forms = sorted({example["form"] for indexes in found.values() for example in all_of(indexes, "examples")})
    print("project".ljust(24), "documents", *(form.rjust(9) for form in forms), "rejected", sep="  ")
    total = Counter()
    for tree, indexes in found.items():
        counts = Counter(example["form"] for example in all_of(indexes, "examples"))
        counts["documents"] = len(indexes)
        counts["rejected"] = len(list(all_of(indexes, "rejected")))
        total += counts
        print(row(tree.name, counts, forms))
    print(row("all", total, forms))
    print()
    reasons = Counter(rejection["reason"] for indexes in found.values() for rejection in all_of(indexes, "rejected"))
    for reason, count in reasons.most_common():
        print(f"{count:6}  {reason}")


def row(name, counts, forms):
    numbers = [counts["documents"], *(counts[form] for form in forms)]
    return "  ".join([name.ljust(24), *(str(number).rjust(9) for number in numbers), str(counts["rejected"]).rjust(8)])


def all_of(indexes, kind):
    return (entry for index in indexes for entry in index[kind])


def show_samples(found, number, seed):
    for kind in ("examples", "rejected"):
        entries = [
            (tree, index["document"], entry)
            for tree, indexes in found.items()
            for index in indexes
            for entry in index[kind]
        ]
        drawn = random.Random(f"{seed} {kind}").sample(entries, min(number, len(entries)))
        for ordinal, (tree, document, entry) in enumerate(drawn, 1):
            what = f"{entry['form']}, {entry['rule']}" if kind == "examples" else entry["reason"]
            print(f"\n=== {kind} {ordinal}: {tree.name}/{document}:{entry['start_line']}-{entry['end_line']}  {what}")
            print(text_of(tree / document, entry["start_line"], entry["end_line"]))


def text_of(path, start, end, longest=40):
    """The lines of an entry marked with `|`, and some around them."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    shown = []
    for number in range(max(1, start - AROUND), min(len(lines), end + AROUND) + 1):
        if start + longest <= number <= end:
            if number == start + longest:
                shown.append(f"      ... to line {end}")
            continue
        mark = "|" if start <= number <= end else " "
        shown.append(f"{number:5} {mark} {lines[number - 1][:160]}")
    return "\n".join(shown)


if __name__ == "__main__":
    main()
