"""How many workbooks of a folder import: one line a file, then `name: figure` lines.

    python benchmarks/xlsform_corpus.py FOLDER [--index INDEX.tsv] [--markdown FILE]

With an index (columns file, kind, converts_with_pyxform, odk_validate) it counts the real
forms that pyxform converts; without one it counts every workbook of the folder.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

from config.shared.definitions import digest  # noqa: E402
from forms_builder.schema import questions  # noqa: E402
from forms_builder.xlsform import read_workbook, write_workbook  # noqa: E402


def main():
    """Print the table and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
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
            (p, "") for p in sorted(options.folder.iterdir()) if p.suffix in (".xls", ".xlsx")
        ]
    with options.index.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    wanted = [r for r in rows if r["kind"] == "real" and r["converts_with_pyxform"] == "yes"]
    return [(options.folder / row["file"], row["odk_validate"]) for row in wanted]


def measure(path, note):
    """The row of one workbook."""
    started = time.perf_counter()
    report = read_workbook(path, any_language=True)
    seconds = round(time.perf_counter() - started, 2)
    count = len(questions(report.spec)) if report.spec else 0
    if not report.is_good:
        causes = sorted({problem.code for problem in report.problems})
        return (path.name, note, count, seconds, ", ".join(causes), len(report.warnings), "")
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "again.xlsx"
        write_workbook(report.spec, again, shared={})
        same = digest(read_workbook(again, any_language=True).spec) == digest(report.spec)
    trip = "same" if same else "differs"
    return (path.name, note, count, seconds, "imports", len(report.warnings), trip)


if __name__ == "__main__":
    main()
