"""Of generated workbooks every filled cell is in the form, or the report names it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_builder.xlsform.reader import read_sheets
from forms_builder.xlsform.repair import Reading, repair_all

TYPES = [
    "text", "integer", "select_one l", "select_multiple l or_other", "note", "calculate",
    "begin group", "end group", "begin_repeat", "end_repeat", "osm tags", "percentage", "today",
    "csv-external", "begin loop over l", "end loop", "nonsense", "",
]  # fmt: skip
SURVEY = [
    "name", "label", "label::English (en)", "hint", "guidance_hint::fr", "relevant", "required",
    "constraint", "constraint_message", "calculation", "default", "appearance", "parameters",
    "read_only", "repeat_count", "choice_filter", "media::image", "trigger", "bind::type",
    "instance::x", "my own column", "body::intent", "save_to", "",
]  # fmt: skip
CHOICES = ["list_name", "name", "label", "label::fr", "image", "region", ""]
# The other apps' checks of a form ask the database what registers there are.
pytestmark = pytest.mark.django_db
EXPRESSIONS = {"relevant", "constraint", "calculation", "repeat_count", "choice_filter"}


def cell(heading, marker):
    """A text that may stand below `heading` and holds `marker`."""
    if heading in EXPRESSIONS:
        return f"'{marker}' = ''"
    if heading == "parameters":
        return f"key={marker}"
    return marker


@st.composite
def sheet(draw, name, first, headings):
    """A sheet whose filled cells each hold a text of their own."""
    columns = draw(st.lists(st.sampled_from(headings), unique=True, max_size=8))
    count = draw(st.integers(1, 8))
    rows = [[first[0], *columns]]
    for number in range(count):
        row = [draw(st.sampled_from(first[1]))]
        for place, heading in enumerate(columns):
            marker = f"{name[:2]}{number}x{place}z"
            row.append(cell(heading, marker) if draw(st.integers(0, 3)) else "")
        rows.append(row)
    return raw(name, rows)


def raw(name, rows):
    filled = sum(1 for row in rows for text in row if text)
    return {"name": name, "rows": rows, "hidden": False, "merged": [], "cells": filled}


@st.composite
def workbooks(draw):
    """What child.py would say of a workbook."""
    sheets = [
        draw(sheet("survey", ("type", TYPES), SURVEY)),
        draw(sheet("choices", ("list_name", ["l", "m", ""]), CHOICES[1:])),
    ]
    if draw(st.booleans()):
        keys = ["form_title", "style", "anything", "instance_name", ""]
        sheets.append(draw(sheet("settings", ("form_id", ["f", ""]), keys)))
    if draw(st.booleans()):
        sheets.append(draw(sheet("osm", ("list_name", ["o"]), ["name", "label"])))
    return {"sheets": sheets}


def markers(answer):
    """(sheet, row, heading, marker) of every filled cell beside the first column."""
    for page in answer["sheets"]:
        headings = page["rows"][0]
        for number, row in enumerate(page["rows"][1:], start=2):
            for place in range(1, len(row)):
                if row[place]:
                    marker = f"{page['name'][:2]}{number - 2}x{place - 1}z"
                    yield page["name"], number, headings[place], marker


def lost(answer, report):
    """Cells that are neither in the form nor named by the report."""
    written = json.dumps(report.spec, ensure_ascii=False)
    named = {(p.sheet, p.row, p.column) for p in [*report.problems, *report.warnings]}
    refused = {(p.sheet, p.row) for p in report.problems}
    for page, row, heading, marker in markers(answer):
        columns = {place[2] for place in named if place[:2] == (page, row)}
        is_named = bool(columns) if heading == "" else heading in columns
        if marker not in written and not is_named and (page, row) not in refused:
            yield page, row, heading, marker


class TestEveryCell:
    @settings(max_examples=200, deadline=None)
    @given(answer=workbooks())
    def test_is_used_or_named(self, answer):
        report = read_sheets(answer, "form", any_language=True)

        if report.spec is None:
            assert report.problems
        else:
            assert list(lost(answer, report)) == []


class TestRepairing:
    @settings(max_examples=60, deadline=None)
    @given(answer=workbooks())
    def test_ends_and_tells_every_cell_that_it_changes(self, answer):
        before = json.loads(json.dumps(answer))

        _report, changes = repair_all(answer, Reading("form", any_language=True))

        told = {(c.sheet, c.row) for c in changes}
        for old, new in zip(before["sheets"], answer["sheets"], strict=False):
            kept = [filled(row) for row in old["rows"]]
            added = max(0, len(new["rows"]) - len(kept))  # a new row moves those below it
            for number, row in enumerate(new["rows"], start=1):
                earlier = range(number - added, number + 1)
                is_told = any((new["name"], n) in told for n in earlier)
                assert is_told or filled(row) in kept


def filled(row):
    """The texts of a row."""
    return [text for text in row if text]
