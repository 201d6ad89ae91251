"""Real and hostile workbooks that lie beside the checkout on the machines that have them.

A checkout alone does not carry them (other people's licences); test_xlsform.py writes its
own and always runs. What was used is printed, so that nobody takes the one for the other.
"""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from django.conf import settings

from config.shared.definitions import digest
from forms_builder.xlsform import read_workbook, write_workbook

SHARED = Path(os.environ.get("DAYAQ_CORPUS", Path(settings.BASE_DIR).parent / "shared"))
FORMS, HOSTILE = SHARED / "xlsforms", SHARED / "security" / "files"

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def real_forms():
    index = FORMS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    wanted = [r for r in rows if r["kind"] == "real" and r["converts_with_pyxform"] == "yes"]
    return [(FORMS / row["file"], row["odk_validate"] == "valid") for row in wanted]


def hostile_files():
    manifest = HOSTILE / "manifest.json"
    entries = json.loads(manifest.read_text()) if manifest.exists() else []
    return [
        (HOSTILE / Path(e["file"]).name, e["expect"]) for e in entries if e["group"] in "CXF"
    ]


def say(capsys, text):
    with capsys.disabled():
        print(f"\n{text}")


class TestRealForms:
    def test_import_as_odk_validate_says_and_come_back_the_same(self, capsys, tmp_path):
        forms = real_forms()
        say(capsys, f"corpus of real forms: {len(forms)} in {FORMS}")
        for path, is_valid in forms:
            report = read_workbook(path, any_language=True)
            assert report.is_good == is_valid, path.name
            if report.is_good:
                write_workbook(report.spec, tmp_path / "out.xlsx", shared={})
                again = read_workbook(tmp_path / "out.xlsx", any_language=True)
                assert digest(again.spec) == digest(report.spec), path.name


class TestHostileFiles:
    def test_are_met_as_their_manifest_says(self, capsys):
        files = hostile_files()
        say(capsys, f"corpus of hostile workbooks: {len(files)} in {HOSTILE}")

        for path, expected in files:
            report = read_workbook(path)
            outcome = "accept" if report.is_good else "reject"
            allowed = re.split(
                "[:-]", expected
            )  # "accept:verbatim-or-reject:named" allows both
            assert outcome in allowed, f"{path.name}: {report.problems[:3]}"
