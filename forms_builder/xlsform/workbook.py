"""A workbook as sheets of named columns, read by a limited process (child.py)."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem, ProblemsFound
from forms_builder.xlsform.columns import Heading, parse_heading, sheet_key
from forms_builder.xlsform.report import ImportReport

CHILD = Path(__file__).with_name("child.py")
TIMEOUT_SECONDS = 40
HEADED = ("survey", "choices", "settings", "external_choices", "entities", "osm", "dayaq")


@dataclass(frozen=True)
class Column:
    """One column: its letter, its heading as written and as understood."""

    letter: str
    heading: Heading

    @property
    def title(self) -> str:
        """How messages name the column."""
        return self.heading.text or self.letter


@dataclass(frozen=True)
class Row:
    """The filled cells of one row; `number` counts from 1 as in Excel."""

    number: int
    cells: dict[Column, str]

    def text(self, field: str) -> str:
        """The cell of the first column that means `field`, or ""."""
        return next((v for c, v in self.cells.items() if c.heading.field == field), "")

    def column(self, field: str, language: str = "") -> str:
        """The title of the filled column that means `field` (in a language), for messages."""
        found = [c for c in self.cells if c.heading.field == field]
        exact = [c for c in found if not language or c.heading.language == language]
        return next((c.title for c in (*exact, *found)), field)


@dataclass(frozen=True)
class Sheet:
    """A sheet with its heading row."""

    name: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()

    def languages(self) -> list[str]:
        """Languages that the headings name, in order."""
        return list(
            dict.fromkeys(c.heading.language for c in self.columns if c.heading.language)
        )


@dataclass
class Workbook:
    """The sheets of a form by their keys ("survey", "choices" ...)."""

    sheets: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, key: str) -> Sheet:
        """The sheet, empty when the workbook has none."""
        return self.sheets.get(key) or Sheet(key)


def open_sheets(path: Path, *flags: str) -> dict[str, Any]:
    """{"sheets": [{name, rows, hidden, merged, cells, errors ...}]} of the file.

    `flags` are arguments of child.py.

    Raises ProblemsFound when the file itself is refused.
    """
    answer = ask_child(path, *flags)
    if "refused" in answer:
        raise ProblemsFound([refusal(answer)])
    return answer


def understand(answer: Mapping[str, Any], report: ImportReport) -> Workbook:
    """The sheets with their columns understood; oddities go to `report`."""
    book = Workbook()
    for raw in answer["sheets"]:
        key = sheet_key(raw["name"])
        if key not in HEADED:
            report_ignored(raw, report)
        elif key in book.sheets:
            message = _("Two sheets are called “{name}”.").format(name=key)
            report.problem("duplicate_sheet", message, sheet=raw["name"])
        else:
            book.sheets[key] = read_sheet(raw, key, report)
    return book


def ask_child(path: Path, *flags: str) -> dict[str, Any]:
    """What child.py says about the file; a child that dies was asked too much."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own script
            [sys.executable, "-I", str(CHILD), str(path), *flags],
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env={key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {"refused": "too_costly"}
    return answer


def refusal(answer: dict[str, Any]) -> Problem:
    """The sentence for a code of child.py."""
    detail = answer.get("detail", "")
    sentences = {
        "file_empty": _("The file is empty."),
        "file_size": _("The file is larger than {detail} MB."),
        "file_type": _("This is not an Excel workbook (.xlsx or .xls); save it as one."),
        "file_structure": _("This file is not a workbook; save it as .xlsx in Excel."),
        "file_macros": _("Workbooks with macros are not taken; save it as .xlsx."),
        "file_encrypted": _("The workbook is protected by a password; remove the password."),
        "file_corrupt": _("The file is damaged; open it in Excel and save it again."),
        "zip_entries": _("The file has more than {detail} parts."),
        "zip_path": _("The file has a part with a forbidden name ({detail})."),
        "zip_size": _("The file unpacks to more than {detail} MB or is suspiciously dense."),
        "xml_doctype": _("The file declares an XML document type ({detail}); refused."),
        "xml_depth": _("The file is nested too deeply ({detail})."),
        "too_many_rows": _("The sheet has cells below row {detail}."),
        "too_many_columns": _("The sheet has more than {detail} columns."),
        "cell_length": _("Row {detail} has a cell longer than 32,767 letters."),
        "too_costly": _("Reading the file takes too much memory or time."),
    }
    message = sentences[answer["refused"]].format(detail=detail)
    return Problem(answer["refused"], message, sheet=answer.get("sheet", ""))


def report_ignored(raw: dict[str, Any], report: ImportReport) -> None:
    """Say that a sheet is not part of the form."""
    if raw.get("cells"):
        message = _("The sheet “{name}” is not part of a form; its {count} cells are left out.")
        report.warn(
            "ignored_sheet",
            message.format(name=raw["name"], count=raw["cells"]),
            sheet=raw["name"],
        )


def read_sheet(raw: dict[str, Any], key: str, report: ImportReport) -> Sheet:
    """A sheet with understood headings; every oddity is reported."""
    name = raw["name"]
    numbered = list(enumerate(raw["rows"], start=1))
    filled = [(number, row) for number, row in numbered if any(map(str.strip, row))]
    if not filled:
        return Sheet(name)
    heading_row, headings = filled[0]
    columns = read_headings(key, headings, raw["rows"])
    report_oddities(raw, heading_row, columns, report)
    report_duplicates(name, heading_row, columns, report)
    rows = [as_row(number, columns, row) for number, row in filled[1:]]
    report_headless(name, rows, report)
    report_control_letters(name, rows, report)
    return Sheet(name, tuple(columns), tuple(row for row in rows if row.cells))


def read_headings(
    key: str, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[Column]:
    """Columns in order; old workbooks divide languages by one colon instead of two."""
    old_style = not any("::" in heading for heading in headings)
    width = max(map(len, rows))
    padded = [*headings, *[""] * (width - len(headings))]
    parsed = [parse_heading(text, key, old_style=old_style) for text in padded]
    return [Column(letter(index), h) for index, h in enumerate(parted_languages(parsed))]


def parted_languages(headings: Sequence[Heading]) -> list[Heading]:
    """`label::fr` beside `label::French` are two languages; the later keeps its name.

    The heading that gives the code itself has it, wherever it stands.
    """
    names: dict[str, dict[str, None]] = {}
    for heading in sorted(headings, key=lambda h: not names_code(h)):
        if heading.language:
            names.setdefault(heading.language, {})[heading.language_name] = None
    owners = {code: next(iter(found)) for code, found in names.items()}
    owned = {h.meaning for h in headings if h.language_name == owners.get(h.language)}
    strangers = {
        h.language_name
        for h in headings
        if h.language and h.language_name != owners[h.language] and h.meaning in owned
    }
    return [
        replace(h, language=h.language_name) if h.language_name in strangers else h
        for h in headings
    ]


def names_code(heading: Heading) -> bool:
    """Whether a heading says the code of its language: "fr", "French (fr)"."""
    name = heading.language_name.casefold()
    return name == heading.language or name.endswith(f"({heading.language})")


def as_row(number: int, columns: Sequence[Column], values: Sequence[str]) -> Row:
    """The filled cells of a row, without spaces around them."""
    pairs = ((column, clean(value)) for column, value in zip(columns, values, strict=False))
    return Row(number, {column: value for column, value in pairs if value})


def clean(value: str) -> str:
    """A cell's text with Unix line ends and no space around it."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def letter(index: int) -> str:
    """The letter of column `index` (from 0): A, Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_of(reference: str) -> tuple[str, int]:
    """Column letter and row number of a cell reference such as "AB12"."""
    letters = reference.rstrip("0123456789")
    return letters, int(reference[len(letters) :] or 0)


def report_oddities(
    raw: dict[str, Any], heading_row: int, columns: Sequence[Column], report: ImportReport
) -> None:
    """Hidden sheet, merged areas, error cells and formulas, each at its place."""
    name = raw["name"]
    if raw["hidden"]:
        message = _("The sheet “{name}” is hidden; it is read all the same.")
        report.warn("hidden_sheet", message.format(name=name), sheet=name)
    titles = {column.letter: column.title for column in columns}
    headed = {column.letter for column in columns if column.heading.text}
    merged_headings = [a for a in raw["merged"] if covers_row(a, heading_row)]
    if merged_headings:
        message = _("Merged cells ({area}) hide a heading; unmerge them.")
        areas = ", ".join(merged_headings)
        report.problem(
            "merged_heading", message.format(area=areas), sheet=name, row=heading_row
        )
    elif raw["merged"]:
        message = _("{count} merged areas (first {area}): only their first cell has a value.")
        shown = message.format(count=len(raw["merged"]), area=raw["merged"][0])
        report.warn("merged_cells", shown, sheet=name)
    for reference in raw.get("errors", []):
        column, row = place_of(reference)
        message = _("Cell {cell} holds an Excel error; correct it.").format(cell=reference)
        place = {"sheet": name, "row": row, "column": titles.get(column, column)}
        # Below no heading it means nothing, so it does no harm either.
        tell = report.problem if column in headed else report.warn
        tell("cell_error", message, **place)
    report_formulas(raw, titles, report)


def covers_row(area: str, row: int) -> bool:
    """Whether a merged area such as "A1:B2" covers a row."""
    numbers = [
        place_of(end)[1] for end in area.replace("$", "").split(":") if end[:1].isalpha()
    ]
    return bool(numbers) and min(numbers) <= row <= max(numbers)


def report_formulas(raw: dict[str, Any], titles: dict[str, str], report: ImportReport) -> None:
    """A formula counts as the value that Excel stored; without one it is a problem."""
    for reference in raw.get("formulas", []):
        column, row = place_of(reference)
        message = _("Cell {cell} is a formula; the value that Excel stored is taken.")
        place = {"sheet": raw["name"], "row": row, "column": titles.get(column, column)}
        report.warn("formula", message.format(cell=reference), **place)
    for reference in raw.get("uncounted", []):
        column, row = place_of(reference)
        message = _("Cell {cell} is a formula without a stored value; write the value.")
        place = {"sheet": raw["name"], "row": row, "column": titles.get(column, column)}
        report.problem("formula", message.format(cell=reference), **place)


def report_duplicates(
    name: str, row: int, columns: Sequence[Column], report: ImportReport
) -> None:
    """Two columns that mean the same would silently win over each other."""
    seen: dict[tuple[str, str], Column] = {}
    for column in columns:
        if not column.heading.text:
            continue
        first = seen.setdefault(column.heading.meaning, column)
        if first is not column:
            message = _("Columns {first} and {second} both mean “{heading}”; keep one.")
            shown = message.format(
                first=first.letter, second=column.letter, heading=column.heading.text
            )
            place = {"sheet": name, "row": row, "column": column.heading.text}
            report.problem("duplicate_heading", shown, **place)


def report_headless(name: str, rows: Sequence[Row], report: ImportReport) -> None:
    """Cells below an empty heading mean nothing."""
    for row, column in headless(rows):
        message = _("“{text}” stands in a column without a heading and is left out.")
        report.warn(
            "no_heading",
            message.format(text=row.cells[column][:80]),
            sheet=name,
            row=row.number,
            column=column.letter,
        )


def headless(rows: Sequence[Row]) -> Iterator[tuple[Row, Column]]:
    """Filled cells whose column has no heading."""
    for row in rows:
        for column in row.cells:
            if not column.heading.text:
                yield row, column


# Letters that no text needs and that a database or a page cannot hold or show safely.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def report_control_letters(name: str, rows: Sequence[Row], report: ImportReport) -> None:
    """Control characters in a cell, each cell named."""
    for row in rows:
        for column, value in row.cells.items():
            if CONTROL.search(value):
                message = _("The cell holds an invisible control character; type it anew.")
                place = {"sheet": name, "row": row.number, "column": column.title}
                report.problem("control_letter", message, **place)
