"""The sheets of a workbook in memory, for changing cells with every change on record."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from forms_builder.xlsform.columns import parse_heading, sheet_key
from forms_builder.xlsform.workbook import HEADED, clean, letter, place_of, read_headings

Raw = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One cell: what stood there and what stands there now.

    `row` counts from 1 as in Excel; `column` is the heading as written, or the letter.
    """

    sheet: str
    row: int
    column: str
    before: str
    after: str

    def as_dict(self) -> dict[str, Any]:
        """The change as JSON."""
        return asdict(self)


@dataclass
class Table:
    """One sheet; rows and columns count from 0 inside, from 1 outside."""

    raw: Raw
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = sheet_key(self.raw["name"])
        self.rows: list[list[str]] = self.raw["rows"]
        filled = (n for n, row in enumerate(self.rows) if any(cell.strip() for cell in row))
        self.top = next(filled, 0)
        self.read_headings()

    def read_headings(self) -> None:
        """Understand the heading row anew, after it was changed."""
        headings = self.rows[self.top] if self.rows else []
        self.columns = read_headings(self.key, headings, self.rows or [[]])
        self.fields: dict[str, list[int]] = {}
        for number, column in enumerate(self.columns):
            self.fields.setdefault(column.heading.field, []).append(number)

    # --- reading ------------------------------------------------------------------------

    def numbers(self) -> Iterator[int]:
        """The numbers of the rows below the headings."""
        return iter(range(self.top + 2, len(self.rows) + 1))

    def at(self, row: int, column: int) -> str:
        """The text of a cell; `column` counts from 0. Empty outside the sheet."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        return clean(cells[column]) if column < len(cells) else ""

    def titled(self, title: str, row: int = 0) -> int | None:
        """The place of the column called `title`; of several, one that `row` fills."""
        found = [n for n, column in enumerate(self.columns) if column.title == title]
        filled = [n for n in found if row and self.at(row, n)]
        return next(iter(filled or found), None)

    def meaning(self, field: str, language: str | None = None) -> list[int]:
        """The places of the columns that mean `field` (in one language)."""
        found = self.fields.get(field, [])
        if language is None:
            return found
        return [n for n in found if self.columns[n].heading.language == language]

    def text(self, row: int, field: str) -> str:
        """The first filled cell of a row that means `field`."""
        cells = (self.at(row, column) for column in self.meaning(field))
        return next((cell for cell in cells if cell), "")

    # --- writing ------------------------------------------------------------------------

    def put(self, row: int, column: int, text: str) -> None:
        """Write a cell; the sheet grows as needed. Nothing happens when it says so already."""
        before = self.at(row, column)
        if before == text:
            return
        while len(self.rows) < row:
            self.rows.append([])
        cells = self.rows[row - 1]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text
        if column >= len(self.columns) or row == self.top + 1:
            self.read_headings()
        title = self.columns[column].title
        self.changes.append(Change(self.raw["name"], row, title, before, text))

    def write(self, row: int, field: str, text: str) -> None:
        """Write the cell of a row that means `field`; the column is added when missing."""
        filled = [n for n in self.meaning(field) if self.at(row, n)]
        self.put(row, (filled or [self.column(field)])[0], text)

    def column(self, heading: str) -> int:
        """The place of a column by heading or meaning, added at the end when missing."""
        wanted = parse_heading(heading, self.key)
        if wanted.field:
            found = self.meaning(wanted.field, wanted.language if "::" in heading else None)
        else:
            found = [n for n, c in enumerate(self.columns) if c.title == heading]
        if found:
            return found[0]
        place = len(self.columns)
        self.put(self.top + 1, place, heading)
        return place

    def insert(self, row: int) -> None:
        """An empty row before `row`; everything from there on moves down by one."""
        self.rows.insert(row - 1, [])
        for kind in ("errors", "uncounted", "formulas"):
            places = [place_of(mark) for mark in self.raw.get(kind, [])]
            self.raw[kind] = [f"{name}{n + 1 if n >= row else n}" for name, n in places]

    def clear(self, row: int) -> None:
        """Empty a whole row; the rows below keep their numbers."""
        for column in range(len(self.columns)):
            self.put(row, column, "")

    def append(self, **cells: str) -> int:
        """Add a row below everything; its number."""
        row = max(len(self.rows), self.top + 1) + 1
        for name, text in cells.items():
            if text:
                self.write(row, name, text)
        return row

    def forget(self, kind: str, row: int, column: int) -> None:
        """Drop a mark ("errors", "uncounted", "merged") that lies on a cell or on its row."""
        marks = self.raw.get(kind, [])
        here = (letter(column), row)
        self.raw[kind] = [mark for mark in marks if place_of(mark) != here]


class Tables:
    """All sheets of a workbook, and the changes made to them in order."""

    def __init__(self, answer: Raw) -> None:
        self.answer = answer
        self.changes: list[Change] = []
        self.known: dict[str, Any] = {}
        headed = [raw for raw in answer["sheets"] if sheet_key(raw["name"]) in HEADED]
        self.tables = [Table(raw, self.changes) for raw in headed]

    def sheet(self, name: str) -> Table:
        """The sheet called `name`, or meant by it; added empty when there is none."""
        key = sheet_key(name)
        exact = [table for table in self.tables if table.raw["name"] == name]
        found = exact or [table for table in self.tables if table.key == key]
        return found[0] if found else self.add(name)

    def once(self, key: str, work: Callable[[], T]) -> T:
        """The result of `work`, done the first time that somebody asks for `key`."""
        if key not in self.known:
            self.known[key] = work()
        found: T = self.known[key]
        return found

    def add(self, name: str) -> Table:
        """A new sheet at the end."""
        raw: Raw = {"name": name, "rows": [[]], "hidden": False, "merged": [], "cells": 0}
        self.answer["sheets"].append(raw)
        self.tables.append(Table(raw, self.changes))
        return self.tables[-1]
