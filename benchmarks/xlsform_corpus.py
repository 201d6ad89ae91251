"""How many workbooks of a folder import: one line a file, then `name: figure` lines.

    python benchmarks/xlsform_corpus.py FOLDER [--index INDEX.tsv] [--markdown FILE]
                                        [--repair | --others]

With --others every workbook of the folder is also given to pyxform and ODK Validate (which
needs Java), before and after: do we take what they take, refuse what they refuse, and do they
take what we export? It ends with a table of causes.

With an index (columns file, kind, converts_with_pyxform, odk_validate) it counts the real
forms that pyxform converts, and with --repair those that it refuses, each after every fix of
the repair assistant; without one it counts every workbook of the folder.
"""

import argparse
import csv
import os
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django
from pyxform.validators.odk_validate import ODKValidateError, check_xform
from pyxform.xls2xform import convert

django.setup()

from config.shared.definitions import digest  # noqa: E402
from config.shared.problems import ProblemsFound  # noqa: E402
from forms_builder.schema import questions  # noqa: E402
from forms_builder.xlsform import read_workbook, write_workbook  # noqa: E402
from forms_builder.xlsform.repair import Reading, repair_all  # noqa: E402
from forms_builder.xlsform.workbook import open_sheets  # noqa: E402


def main():
    """Print the table and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--repair", action="store_true")
    parser.add_argument("--others", action="store_true")
    options = parser.parse_args()
    if options.others:
        beside_others(options)
        return
    if options.repair:
        repairs(options)
        return
    rows = [measure(path, note) for path, note in workbooks(options)]
    table = [
        "| workbook | ODK Validate | questions | seconds | result | warnings | round trip |"
    ]
    table += ["|--|--|--|--|--|--|--|", *(f"| {' | '.join(map(str, row))} |" for row in rows)]
    print("\n".join(table))
    if options.markdown:
        options.markdown.write_text("\n".join(table) + "\n", encoding="utf-8")
    good = [row for row in rows if row[4] == "imports"]
    print(f"workbooks: {len(rows)}")
    print(f"imported: {len(good)}")
    print(f"same after export: {sum(1 for row in good if row[6] == 'same')}")
    print(f"slowest seconds: {max((row[3] for row in rows), default=0)}")


def workbooks(options):
    """Pairs of path and what ODK Validate says of it."""
    if not options.index:
        return [
            (p, "")
            for p in sorted(options.folder.iterdir())
            if p.suffix in (".xls", ".xlsx", ".xlsm")
        ]
    with options.index.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    real = [row for row in rows if row["kind"] == "real"]
    wanted = [r for r in real if (r["converts_with_pyxform"] != "yes") == options.repair]
    return [(options.folder / row["file"], row["odk_validate"]) for row in wanted]


def repairs(options):
    """The table of refused workbooks: what is wrong, what was changed, what is left."""
    rows = [repair(path) for path, _note in workbooks(options)]
    table = ["| workbook | problems | changes | seconds | result | round trip |"]
    table += ["|--|--|--|--|--|--|", *(f"| {' | '.join(map(str, row))} |" for row in rows)]
    print("\n".join(table))
    if options.markdown:
        options.markdown.write_text("\n".join(table) + "\n", encoding="utf-8")
    good = [row for row in rows if row[4] == "imports"]
    print(f"workbooks: {len(rows)}")
    print(f"imported after repairs: {len(good)}")
    print(f"same after export: {sum(1 for row in good if row[5] == 'same')}")


def beside_others(options):
    """What other tools say of each workbook and of our export, beside what we say."""
    rows = [compare(path) for path, _note in workbooks(options)]
    table = ["| workbook | others | here | seconds | after repairs | round trip | export |"]
    table += ["|--|--|--|--|--|--|--|", *(f"| {' | '.join(map(str, row))} |" for row in rows)]
    print("\n".join(table))
    if options.markdown:
        options.markdown.write_text("\n".join(table) + "\n", encoding="utf-8")
    outcomes = Counter((row[1].partition(":")[0], row[2], row[4]) for row in rows)
    print("| others | here | after repairs | workbooks |\n|--|--|--|--|")
    for (others, here, after), number in sorted(outcomes.items()):
        print(f"| {others} | {here} | {after} | {number} |")
    exports = Counter(row[6] for row in rows if row[6])
    print("| export for others | workbooks |\n|--|--|")
    for verdict, number in exports.most_common():
        print(f"| {verdict} | {number} |")
    print(f"exports that others take: {exports['valid']} of {sum(exports.values())}")


def compare(path):
    """The row of one workbook beside other tools."""
    started = time.perf_counter()
    report = read_workbook(path, any_language=True)
    seconds = round(time.perf_counter() - started, 2)
    here, after = causes_of(report), ""
    if not report.is_good and report.spec is not None:
        report, _changes = repair_all(open_sheets(path), Reading(path.stem, any_language=True))
        after = causes_of(report)
    trip = export = ""
    if report.is_good:
        with tempfile.TemporaryDirectory() as folder:
            again = Path(folder) / "again.xlsx"
            write_workbook(report.spec, again, shared={})
            trip, export = comes_back(report.spec), verdict_of_others(again)
    return (path.name, verdict_of_others(path), here, seconds, after, trip, export)


def causes_of(report):
    """ "imports", or the codes of what is wrong."""
    return ", ".join(sorted({problem.code for problem in report.problems})) or "imports"


def verdict_of_others(path):
    """ "valid", or what pyxform or ODK Validate has against a workbook, without its names."""
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder) / "form.xml"
        try:
            form.write_text(convert(xlsform=str(path), validate=False).xform, encoding="utf-8")
        except Exception as error:  # pyxform fails in many ways; each is its verdict
            return f"pyxform: {without_names(str(error))}"
        try:
            check_xform(str(form))
        except ODKValidateError as error:
            return f"ODK Validate: {without_names(str(error))}"
    return "valid"


def without_names(message):
    """A message that is the same for the same cause."""
    plain = re.sub(r"'[^']*'|\[[^]]*\]|/\S+|\$\{[^}]*\}|\d+", "…", " ".join(message.split()))
    return plain.replace("|", "/")[:120]


def repair(path):
    """The row of one refused workbook."""
    started = time.perf_counter()
    reading = Reading(path.stem, any_language=True)
    try:
        sheets = open_sheets(path)
    except ProblemsFound as refused:
        return (path.name, len(refused.problems), 0, 0, refused.problems[0].code, "")
    before = len(reading.read(sheets).problems)
    report, changes = repair_all(sheets, reading)
    seconds = round(time.perf_counter() - started, 2)
    causes = ", ".join(sorted({problem.code for problem in report.problems}))
    trip = comes_back(report.spec) if report.is_good else ""
    return (path.name, before, len(changes), seconds, causes or "imports", trip)


def comes_back(spec):
    """Whether an export of the form reads back the same."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "again.xlsx"
        write_workbook(spec, again, shared={})
        same = digest(read_workbook(again, any_language=True).spec) == digest(spec)
    return "same" if same else "differs"


def measure(path, note):
    """The row of one workbook."""
    started = time.perf_counter()
    report = read_workbook(path, any_language=True)
    seconds = round(time.perf_counter() - started, 2)
    count = len(questions(report.spec)) if report.spec else 0
    if not report.is_good:
        causes = sorted({problem.code for problem in report.problems})
        return (path.name, note, count, seconds, ", ".join(causes), len(report.warnings), "")
    trip = comes_back(report.spec)
    return (path.name, note, count, seconds, "imports", len(report.warnings), trip)


if __name__ == "__main__":
    main()
