"""Opens one workbook in a process of its own and prints its cells as JSON.

A workbook is a stranger's file: this process has little memory and time, so a file made to
exhaust them ends this process and nothing else. It imports nothing of ours.

Called with the path of the file and perhaps --every-sheet (a table, whose sheet may have any
name). Prints {"sheets": [{"name", "hidden", "rows": [[text]], "cells", "formulas": [cell],
"uncounted": [formula cell without a stored value], "errors": [cell], "merged": [area]}]},
where "rows" is absent for
sheets that a form does not use, or {"refused": code, "sheet"?, "detail"?}.
"""

import json
import re
import resource
import stat
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.parsers import expat

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 25
FILE_BYTES = 16 * 1024 * 1024
UNPACKED_BYTES = 36 * 1024 * 1024
ENTRIES = 1_000
RATIO = 200
RATIO_FROM_BYTES = 4 * 1024 * 1024
XML_DEPTH = 64
ROWS = {"survey": 20_000, "choices": 30_000, "external_choices": 60_000}
OTHER_ROWS = 2_000
COLUMNS = 1_000
CELL_LETTERS = 32_767
USED = ("survey", "choices", "settings", "external_choices", "entities", "osm", "dayaq")
# A plain table, not a form, is read with this argument: its sheet may have any name.
EVERY_SHEET = sys.argv[2:] == ["--every-sheet"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Refused(Exception):
    """The file is not taken; `code` says why."""

    def __init__(self, code: str, sheet: str = "", detail: str = "") -> None:
        super().__init__(code)
        self.answer = {"refused": code, "sheet": sheet, "detail": detail}


def limit_resources() -> None:
    """Cap memory and processor time of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: Path) -> dict[str, Any]:
    """The content of the workbook at `path`; raises Refused."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("file_empty")
    if size > FILE_BYTES:
        raise Refused("file_size", detail=f"{FILE_BYTES // 1024 // 1024}")
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] == b"PK\x03\x04":
        return {"sheets": read_new(path, inspect_package(path))}
    if head == OLE:
        return {"sheets": read_old(path)}
    raise Refused("file_type")


# --- the package: checked before any of it is unpacked ---------------------------------


def inspect_package(path: Path) -> dict[str, dict[str, Any]]:
    """Facts of each sheet that the cell reader does not tell; raises Refused."""
    try:
        with zipfile.ZipFile(path) as package:
            check_directory(package)
            check_kind(package)
            return {
                name: scan_sheet(package, part, name)
                for name, part in sheet_parts(package).items()
            }
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, NotImplementedError) as error:
        raise Refused("file_corrupt", detail=str(error)[:200]) from error


def check_directory(package: zipfile.ZipFile) -> None:
    """Refuse by the zip's table of contents alone."""
    entries = package.infolist()
    if len(entries) > ENTRIES:
        raise Refused("zip_entries", detail=str(ENTRIES))
    for entry in entries:
        check_entry(entry)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > RATIO_FROM_BYTES and unpacked / packed > RATIO
    if unpacked > UNPACKED_BYTES or too_dense:
        raise Refused("zip_size", detail=str(UNPACKED_BYTES // 1024 // 1024))


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse names that leave the package, links and encrypted parts."""
    name = entry.filename
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise Refused("zip_path", detail=name[:80])
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("zip_path", detail=name[:80])
    if entry.flag_bits & 0x1:
        raise Refused("file_encrypted")


# Programs of today's and of old workbooks, whatever their parts are called. (Some write a
# default for binary parts that they do not have.)
MACRO_KIND = re.compile(rb"<Override[^>]*(macro|vbaProject)", re.IGNORECASE)
MACRO_PART = re.compile(r"vbaProject\.bin$|(^|/)macrosheets/", re.IGNORECASE)


def check_kind(package: zipfile.ZipFile) -> None:
    """Refuse what is not a plain workbook, and any XML that declares a document type."""
    names = package.namelist()
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("file_structure")
    kinds = package.read("[Content_Types].xml")
    if MACRO_KIND.search(kinds) or any(MACRO_PART.search(name) for name in names):
        raise Refused("file_macros")
    for name in names:
        if name.endswith((".xml", ".rels")) and not name.startswith("xl/worksheets/sheet"):
            walk_xml(package, name)


def walk_xml(
    package: zipfile.ZipFile, name: str, start: Any = None, end: Any = None, text: Any = None
) -> None:
    """Run the XML part `name` past the handlers; no document type, bounded depth."""
    depth = 0

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > XML_DEPTH:
            raise Refused("xml_depth", detail=name)
        if start:
            start(tag.rpartition(" ")[2], attributes)

    def on_end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag.rpartition(" ")[2])

    def on_doctype(*_: Any) -> None:
        raise Refused("xml_doctype", detail=name)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.StartDoctypeDeclHandler = on_doctype
    if text:
        parser.CharacterDataHandler = text
    try:
        with package.open(name) as part:
            parser.ParseFile(part)
    except expat.ExpatError as error:
        raise Refused("file_corrupt", detail=f"{name}: {error}"[:200]) from error


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Part name of each worksheet by sheet name."""
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            link = next(
                (v for k, v in attributes.items() if k.endswith("relationships id")), ""
            )
            sheets[attributes.get("name", "")] = link

    def on_link(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    walk_xml(package, "xl/workbook.xml", on_sheet)
    walk_xml(package, "xl/_rels/workbook.xml.rels", on_link)
    parts = {name: targets.get(link, "") for name, link in sheets.items()}
    return {name: part for name, part in parts.items() if "/worksheets/" in part}


def scan_sheet(package: zipfile.ZipFile, part: str, name: str) -> dict[str, Any]:
    """Formula, error and merged cells of one sheet, and how many cells have a value.

    Refuses a sheet whose cells lie too far out: a reader would fill the gap.
    """
    facts: dict[str, Any] = {
        "formulas": [], "uncounted": [], "errors": [], "merged": [], "cells": 0
    }  # fmt: skip
    cell: dict[str, str] = {}
    row_limit = limit_of(name)
    used = is_used(name)

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            cell.update(attributes, open="yes")
        elif tag == "mergeCell":
            facts["merged"].append(attributes.get("ref", ""))
        elif cell:
            cell[f"has {tag}"] = "yes"
            cell["in"] = tag

    def on_text(text: str) -> None:
        if cell.get("in") == "v" and text:
            cell["has value"] = "yes"

    def on_end(tag: str) -> None:
        if tag != "c":
            return
        place = cell.get("r", "")
        if "has f" in cell:
            # A text formula may have come to nothing; other formulas never do.
            counted = "has value" in cell or ("has v" in cell and cell.get("t") == "str")
            facts["formulas" if counted else "uncounted"].append(place)
        if "has v" in cell or "has is" in cell:
            facts["cells"] += 1
            if used:
                check_place(place, name, row_limit)
        if cell.get("t") == "e":
            facts["errors"].append(place)
        cell.clear()

    walk_xml(package, part, on_start, on_end, on_text)
    return facts


def sheet_key(name: str) -> str:
    """A sheet's name as the tables here write it; only Latin letters fold."""
    return name.strip().casefold()


def is_used(name: str) -> bool:
    """Whether the rows of a sheet are wanted."""
    return EVERY_SHEET or sheet_key(name) in USED


def limit_of(name: str) -> int:
    """How many rows a sheet may have."""
    return ROWS.get(sheet_key(name), ROWS["choices"] if EVERY_SHEET else OTHER_ROWS)


PLACE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")


def check_place(reference: str, sheet: str, row_limit: int) -> None:
    """Refuse a cell beyond the limits; a cell may omit its reference."""
    if not reference:
        return
    match = PLACE.match(reference)
    if not match:
        raise Refused("file_corrupt", sheet, reference[:20])
    if int(match[2]) > row_limit:
        raise Refused("too_many_rows", sheet, str(row_limit))
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    if column > COLUMNS:
        raise Refused("too_many_columns", sheet, str(COLUMNS))


# --- the cells -----------------------------------------------------------------------

Rows = list[list[Any]]


def read_new(path: Path, facts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The sheets of an .xlsx file; rows of text for those that a form uses."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError as error:
        raise Refused("file_corrupt", detail=str(error)[:200]) from error
    return [
        with_rows(
            {
                "name": meta.name,
                "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
                **facts[meta.name],
            },
            lambda name: calamine_rows(book, path, name),
        )
        for meta in book.sheets_metadata
        if meta.name in facts
    ]


def with_rows(sheet: dict[str, Any], read: Callable[[str], Rows]) -> dict[str, Any]:
    """`sheet` with its rows as text, when a form uses them."""
    if is_used(sheet["name"]):
        rows = [[as_text(value) for value in row] for row in read(sheet["name"])]
        check_lengths(rows, sheet["name"])
        sheet["rows"] = rows
    return sheet


def calamine_rows(book: Any, path: Path, name: str) -> Rows:
    """The cells of one sheet. Calamine refuses some sizes that old writers declare."""
    import python_calamine

    try:
        rows: Rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return rows
    except python_calamine.CalamineError as error:
        if "Range is missing" not in str(error):
            raise Refused("file_corrupt", name, str(error)[:200]) from error
    import openpyxl

    sheet = openpyxl.load_workbook(path, data_only=True)[name]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def read_old(path: Path) -> list[dict[str, Any]]:
    """The sheets of an .xls file (calamine takes 10 GB for some real ones, xlrd does not)."""
    import xlrd

    try:
        book = xlrd.open_workbook(path, logfile=sys.stderr, on_demand=True, ragged_rows=True)
        return [read_old_sheet(book, number) for number in range(book.nsheets)]
    except xlrd.XLRDError as error:
        raise Refused(*old_refusal(str(error))) from error
    except MemoryError:
        raise
    except Exception as error:  # xlrd trusts the file and trips over nonsense in many ways
        raise Refused("file_corrupt", detail=type(error).__name__) from error


def old_refusal(message: str) -> tuple[str, str, str]:
    """The refusal for what xlrd says."""
    if "encrypted" in message:
        return ("file_encrypted", "", "")
    return ("file_type", "", message[:200])


def read_old_sheet(book: Any, number: int) -> dict[str, Any]:
    """One sheet of an .xls file."""
    data = book.sheet_by_index(number)
    row_limit = limit_of(data.name)
    if is_used(data.name) and data.nrows > row_limit:
        raise Refused("too_many_rows", data.name, str(row_limit))
    places = [(row, column) for row in range(data.nrows) for column in range(data.row_len(row))]
    sheet = {
        "name": data.name,
        "hidden": data.visibility != 0,
        "merged": [],
        "cells": sum(1 for row, column in places if data.cell_type(row, column) not in (0, 6)),
        "errors": [
            f"{letters(column)}{row + 1}"
            for row, column in places
            if data.cell_type(row, column) == 5
        ],
    }
    return with_rows(sheet, lambda _: old_rows(book, data))


def old_rows(book: Any, data: Any) -> Rows:
    """The values of an .xls sheet."""
    return [
        [old_value(book, cell) for cell in data.row(number)] for number in range(data.nrows)
    ]


def old_value(book: Any, cell: Any) -> Any:
    """A cell's value: days as days, yes/no as such, errors as nothing."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def letters(index: int) -> str:
    """The letters of column `index` (from 0)."""
    name, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def check_lengths(rows: list[list[str]], name: str) -> None:
    """Refuse a cell longer than Excel itself allows."""
    for number, row in enumerate(rows, start=1):
        if any(len(value) > CELL_LETTERS for value in row):
            raise Refused("cell_length", name, str(number))


def as_text(value: Any) -> str:
    """A cell as the text that a person sees: 1 and not 1.0, days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def main() -> None:
    """Answer on standard output; running out of memory is an answer too."""
    limit_resources()
    try:
        answer = read(Path(sys.argv[1]))
    except Refused as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = {"refused": "too_costly"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
