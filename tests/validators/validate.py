"""Holds the reports of one check against schemas and readers that are not ours, and against each other.

usage: validate.py FOLDER

FOLDER holds report.json, events.jsonl, junit.xml, truedoc.sarif, gitlab.json and report.csv of one check;
the working directory is that of the check. Prints what is wrong, and what was validated.
"""

import csv
import json
import sys
import urllib.parse
from pathlib import Path

import junitparser
from jsonschema import Draft7Validator, Draft202012Validator
from lxml import etree

HERE = Path(__file__).parent
SCHEMAS = HERE.parent.parent / "schemas"
wrong = []


def check(condition, message):
    if not condition:
        wrong.append(message)


def load(path):
    return json.loads(path.read_bytes())


def validate(validator, schema, instances):
    schema = load(schema)
    validator.check_schema(schema)
    validator = validator(schema, format_checker=validator.FORMAT_CHECKER)
    for name, instance in instances:
        for error in list(validator.iter_errors(instance))[:20]:
            wrong.append(f"{name}: {error.json_path}: {error.message[:300]}")


def lines_of(path):
    return Path(path).read_text(encoding="utf-8-sig").split("\n")


def claims(report):
    for document in report["documents"]:
        for example in document["examples"]:
            for claim in example["claims"]:
                yield document, example, claim


def sentences(report):
    for document in report["documents"]:
        for prose in document["prose"]:
            yield document, prose


def report_and_events(folder):
    report = load(folder / "report.json")
    validate(Draft202012Validator, SCHEMAS / "report-1.json", [("report.json", report)])
    events = [json.loads(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]
    numbered = [(f"events.jsonl:{number}", event) for number, event in enumerate(events, 1)]
    validate(Draft202012Validator, SCHEMAS / "events-1.json", numbered)
    kinds = [event["event"] for event in events]
    check(kinds[0] == "run-started" and kinds[-1] == "run-finished", f"events begin or end otherwise: {kinds}")
    check(kinds.count("run-started") == kinds.count("run-finished") == 1, "a run starts and ends once")
    finished = [event["document"] for event in events if event["event"] == "document-finished"]
    check(finished == report["documents"], "the documents of the events are those of the report")
    for key in ("sandbox", "unexpected", "summary", "exit"):
        check(events[-1][key] == report[key], f"the last event has another {key}")
    running = []
    for event in events:
        name = (event.get("document"), event.get("example")) if event["event"].startswith("example-") else None
        if event["event"] == "example-started":
            running.append(name)
        elif event["event"] == "example-finished":
            check(name in running, f"{name} finishes without having started")
            running.remove(name)
    check(not running, f"never finished: {running}")
    check(kinds.count("example-started") >= events[0]["examples"], "fewer examples started than were announced")
    return report


def junit(folder, report):
    path = folder / "junit.xml"
    schema = etree.XMLSchema(etree.parse(HERE / "junit-10.xsd"))
    tree = etree.parse(path)
    if not schema.validate(tree):
        wrong.extend(f"junit.xml: {error}" for error in list(schema.error_log)[:20])
    read = junitparser.JUnitXml.fromfile(str(path))
    cases = [case for suite in read for case in suite]
    failed = [case for case in cases if any(isinstance(one, junitparser.Failure) for one in case.result)]
    skipped = [case for case in cases if any(isinstance(one, junitparser.Skipped) for one in case.result)]
    check(read.tests == len(cases), f"junit.xml counts {read.tests} tests and has {len(cases)}")
    check(read.failures == len(failed), f"junit.xml counts {read.failures} failures and has {len(failed)}")
    judged = [claim for *_, claim in claims(report)] + [prose for _, prose in sentences(report)]
    refuted = [one for one in judged if one["verdict"] == "refuted" and not one["known"]]
    check(len(failed) == len(refuted) + len(report["unexpected"]), "a test fails where nothing fails the check, or not")
    check(bool(failed) == (report["exit"] == 1), "tests fail and the check does not, or the other way")
    passed = len(cases) - len(failed) - len(skipped)
    check(passed == sum(one["verdict"] == "confirmed" for one in judged), "another number passes than is confirmed")
    names = [(case.classname, case.name) for case in cases]
    check(len(set(names)) == len(names), "two tests have one name")
    return len(cases)


def sarif(folder, report):
    log = load(folder / "truedoc.sarif")
    validate(Draft7Validator, HERE / "sarif-schema-2.1.0.json", [("truedoc.sarif", log)])
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    check(run["invocations"][0]["exitCode"] == report["exit"], "another exit code")
    paths = {document["path"]: document for document in report["documents"]}
    seen = set()
    columns = 0
    for result in run["results"]:
        check(rules[result["ruleIndex"]]["id"] == result["ruleId"], "the index of a rule is that of another")
        fingerprint = result["partialFingerprints"]["truedocProblem/v1"]
        check(fingerprint not in seen, "two results have one fingerprint")
        seen.add(fingerprint)
        place = result["locations"][0]["physicalLocation"]
        path = urllib.parse.unquote(urllib.parse.urlsplit(place["artifactLocation"]["uri"]).path)
        region = place["region"]
        if path not in paths or paths[path]["encoding"] != "UTF-8":
            continue
        if "startColumn" in region:
            line = lines_of(path)[region["startLine"] - 1]
            text = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            check(text == region["snippet"]["text"], f"{path}:{region['startLine']} does not say {text!r} there")
            columns += 1
        for fix in result.get("fixes", []):
            for replacement in fix["artifactChanges"][0]["replacements"]:
                deleted = replacement["deletedRegion"]
                last = lines_of(path)[deleted["endLine"] - 1]
                check(deleted["endColumn"] == len(last) + 1, f"{path}:{deleted['endLine']}: a fix ends elsewhere")
    refuted = [claim for *_, claim in claims(report) if claim["verdict"] == "refuted"]
    found = [result for result in run["results"] if result["ruleId"].endswith("-refuted")]
    refuted += [prose for _, prose in sentences(report) if prose["verdict"] == "refuted"]
    check(len(found) == len(refuted), "a refutation is no result, or the other way")
    suppressed = [result for result in found if result["suppressions"]]
    check(len(suppressed) == sum(one["known"] for one in refuted), "another number is suppressed than is known")
    check(columns > 0 or not found, "no result has columns")
    return len(run["results"])


def gitlab(folder, report):
    issues = load(folder / "gitlab.json")
    validate(Draft202012Validator, HERE / "gitlab.schema.json", [("gitlab.json", issues)])
    fingerprints = [issue["fingerprint"] for issue in issues]
    check(len(set(fingerprints)) == len(fingerprints), "two issues have one fingerprint")
    major = [issue for issue in issues if issue["severity"] == "major"]
    check(bool(major) == (report["exit"] == 1), "the check fails without a major issue, or the other way")
    return len(issues)


def table(folder, report):
    with open(folder / "report.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    expected = []
    for document in report["documents"]:
        for example in document["examples"]:
            expected.extend((document["path"], claim, claim["subject"]) for claim in example["claims"])
        expected.extend((document["path"], prose, prose["quote"]) for prose in document["prose"])
    check(len(rows) == len(expected), f"report.csv has {len(rows)} rows and not {len(expected)}")
    for row, (path, judged, subject) in zip(rows, expected):
        check(row["document"].removeprefix("'") == path, f"{row['document']} is not {path}")
        check(row["verdict"] == judged["verdict"] and row["line"] == str(judged["line"]), f"{row} is not {judged}")
        check(row["subject"].removeprefix("'") == subject.removeprefix("'"), f"{row['subject']!r} is not {subject!r}")
        check(row["actual"].removeprefix("'") == (judged["actual"] or "").removeprefix("'"), f"{row['actual']!r}")
        formulas = [cell for cell in row.values() if cell[:1] in ("=", "@", "\t", "\r")]
        check(not formulas, f"a spreadsheet would calculate {formulas}")
    return len(rows)


def main():
    folder = Path(sys.argv[1])
    report = report_and_events(folder)
    tests, results = junit(folder, report), sarif(folder, report)
    issues, rows = gitlab(folder, report), table(folder, report)
    for message in wrong[:40]:
        print(message)
    print(f"validated: {tests} tests, {results} results, {issues} issues, {rows} rows; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
