"""Odd workbooks: parts changed behind Excel's back. Read, or refused with the reason."""

import zipfile
from datetime import datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from forms_builder.xlsform import read_workbook

# The other apps' checks of a form ask the database.
pytestmark = pytest.mark.django_db
LABEL = "label::Azərbaycan (az)"
SHEET = "xl/worksheets/sheet1.xml"
HEADINGS = ["type", "name", LABEL, "default"]


@pytest.fixture
def workbook(tmp_path):
    """`workbook(rows, prepare)`: the path of an .xlsx with a survey of these rows."""

    def make(*rows, prepare=lambda book: None):
        book = openpyxl.Workbook()
        prepare(book)
        sheet = book.worksheets[0]
        sheet.title = "survey"
        for row in (HEADINGS, *rows):
            sheet.append(row)
        path = tmp_path / "form.xlsx"
        book.save(path)
        return path

    return make


def with_part(path, name, change):
    """The workbook with one part changed by `change(text)`; "" adds it."""
    with zipfile.ZipFile(path) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    parts[name] = change(parts.get(name, b"").decode()).encode()
    with zipfile.ZipFile(path, "w") as package:
        for entry, content in parts.items():
            package.writestr(entry, content)
    return path


def codes(path):
    return [problem.code for problem in read_workbook(path).problems]


def only_question(path):
    report = read_workbook(path)
    assert report.problems == []
    return report.spec["children"][0]["children"][0]


class TestOddFiles:
    def test_count_days_from_1904_where_the_file_says_so(self, workbook):
        def since_1904(book):
            book.epoch = CALENDAR_MAC_1904

        path = workbook(["date", "a", "A", datetime(2020, 1, 2)], prepare=since_1904)

        assert only_question(path)["default"] == "2020-01-02"

    def test_may_claim_a_huge_size(self, workbook):
        path = workbook(["text", "a", "A"])
        with_part(path, SHEET, lambda xml: xml.replace('ref="A1:D2"', 'ref="A1:XFD1048576"'))

        assert only_question(path)["name"] == "a"

    def test_are_refused_where_a_text_is_missing(self, workbook):
        path = workbook(["text", "a", "A"])
        written = 'r="C2" t="inlineStr"><is><t>A</t></is>'
        missing = 'r="C2" t="s"><v>999999</v>'
        with_part(path, SHEET, lambda xml: xml.replace(written, missing))

        assert codes(path) == ["file_corrupt"]

    @pytest.mark.parametrize("name", ["/etc/passwd", "../up.xml", "C:/x.xml", "a/../../b"])
    def test_are_refused_with_parts_outside_the_package(self, workbook, name):
        path = with_part(workbook(["text", "a", "A"]), name, lambda _text: "x")

        assert codes(path) == ["zip_path"]

    @pytest.mark.parametrize("part", ["xl/styles.xml", "xl/theme/theme1.xml", SHEET])
    def test_are_refused_with_entities_in_any_part(self, workbook, part):
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        path = with_part(workbook(["text", "a", "A"]), part, lambda xml: laughs + xml)

        assert codes(path) == ["xml_doctype"]

    @pytest.mark.parametrize(
        "part", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"]
    )
    def test_are_refused_as_programs_whatever_their_name_ends_in(self, workbook, part):
        path = with_part(workbook(["text", "a", "A"]), part, lambda _text: "x")

        assert codes(path) == ["file_macros"]

    @pytest.mark.parametrize(
        "kind", ["ms-excel.sheet.macroEnabled.main+xml", "ms-office.vbaProject"]
    )
    def test_are_refused_as_programs_that_hide_under_another_name(self, workbook, kind):
        said = f'<Override PartName="/xl/x.bin" ContentType="application/vnd.{kind}"/></Types>'
        path = with_part(
            workbook(["text", "a", "A"]),
            "[Content_Types].xml",
            lambda xml: xml.replace("</Types>", said),
        )

        assert codes(path) == ["file_macros"]

    @pytest.mark.parametrize("length", [10, 200, 2000])
    def test_are_refused_when_cut_off(self, workbook, length):
        path = workbook(["text", "a", "A"])
        path.write_bytes(path.read_bytes()[:length])

        assert codes(path) == ["file_corrupt"]

    def test_keep_a_command_as_the_text_that_it_is(self, workbook):
        path = workbook(["text", "a", "A"])
        book = openpyxl.load_workbook(path)
        cell = book["survey"]["C2"]
        cell.value, cell.data_type = "=cmd|' /C calc'!A0", "s"
        book.save(path)

        assert only_question(path)["labels"] == {"az": "=cmd|' /C calc'!A0"}

    def test_name_the_cell_of_a_formula_that_came_to_an_error(self, workbook):
        path = workbook(["text", "a", "A"])
        broken = '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
        with_part(path, SHEET, lambda xml: xml.replace("</row></sheetData>", broken))

        (problem,) = read_workbook(path).problems

        assert (problem.code, problem.row, problem.column) == ("cell_error", 2, "default")
