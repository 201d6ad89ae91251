"""Fixes of sheets and cells: headings, marks of Excel, files, settings, languages."""

import re

from config.shared.problems import Problem
from forms_builder.xlsform.columns import language_title, sheet_key
from forms_builder.xlsform.fixes.base import here, survey
from forms_builder.xlsform.survey_tree import MAX_ROWS
from forms_builder.xlsform.tables import Change, Table, Tables
from forms_builder.xlsform.workbook import CONTROL, covers_row

_PAIR = re.compile(r"([\w-]+)\s*[=:]\s*([^\s,;=]+)")
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
FIRST_LANGUAGE = "az"


# --- headings -------------------------------------------------------------------------------


def part_headings(tables: Tables, problem: Problem) -> None:
    """One of two columns that mean the same: an empty or equal one goes, else it is renamed."""
    table = tables.sheet(problem.sheet)
    places: dict[tuple[str, str], int] = {}
    for place in range(len(table.columns)):
        if table.columns[place].heading.text:
            first = places.setdefault(table.columns[place].heading.meaning, place)
            if first != place:
                part(table, first, place)


def part(table: Table, first: int, second: int) -> None:
    """Leave one meaning to `first`."""
    title = table.columns[second].title
    rows = [n for n in table.numbers() if table.at(n, second)]
    if not any(table.at(n, first) for n in table.numbers()):
        first, second = second, first
        rows = []
    same = all(table.at(n, first) == table.at(n, second) for n in rows)
    for number in rows if same else ():
        table.put(number, second, "")
    kept = re.sub(r"\W+", "_", title).strip("_")
    table.put(table.top + 1, second, "" if same else f"kept_{kept}_{second + 1}")


def unmerge(tables: Tables, problem: Problem) -> None:
    """Headings that a merged area hid stay empty; only their first cell has a text."""
    table = tables.sheet(problem.sheet)
    top = table.top + 1
    areas = [area for area in table.raw["merged"] if covers_row(area, top)]
    table.raw["merged"] = [area for area in table.raw["merged"] if area not in areas]
    table.changes += [Change(table.raw["name"], top, area, area, "") for area in areas]


def name_apart(tables: Tables, problem: Problem) -> None:
    """The later of two sheets with one name is set aside."""
    key = sheet_key(problem.sheet)
    same = [table for table in tables.tables if table.key == key]
    for number, table in enumerate(same[1:], start=2):
        before = table.raw["name"]
        table.raw["name"] = f"{before} {number}"
        table.raw["cells"] = sum(1 for row in table.rows for cell in row if cell.strip())
        table.changes.append(Change(before, 0, "", before, table.raw["name"]))


# --- cells ----------------------------------------------------------------------------------


def drop_control(tables: Tables, problem: Problem) -> None:
    """The cell without invisible letters."""
    table, row, column = here(tables, problem)
    table.put(row, column, CONTROL.sub("", table.at(row, column)).strip())


def keep_pairs(tables: Tables, problem: Problem) -> None:
    """The parameters that are written as name=value."""
    table, row, column = here(tables, problem)
    pairs = _PAIR.findall(table.at(row, column))
    table.put(row, column, " ".join(f"{name}={value}" for name, value in pairs))


def keep_file_name(tables: Tables, problem: Problem) -> None:
    """The name of a file without folder or server."""
    table, row, column = here(tables, problem)
    text = table.at(row, column)
    word, space, rest = text.rpartition(" ") if text.startswith("select") else ("", "", text)
    plain = re.sub(r"[^\w .()+-]+", "_", re.split(r"[/\\]", rest)[-1]).replace("..", ".")
    table.put(row, column, f"{word}{space}{plain.strip('_ ')}")


def bound_count(tables: Tables, problem: Problem) -> None:
    """The largest count that is taken; nested ones are left to the person who fills."""
    table, row, column = here(tables, problem)
    text = table.at(row, column)
    is_large = text.isdigit() and int(text) > MAX_ROWS
    table.put(row, column, str(MAX_ROWS) if is_large else "")


def empty_sheet(tables: Tables, problem: Problem) -> None:
    """Empty a sheet, headings included."""
    table = tables.sheet(problem.sheet)
    for row in range(1, len(table.rows) + 1):
        table.clear(row)


# --- languages ------------------------------------------------------------------------------


def copy_into_azerbaijani(tables: Tables, problem: Problem) -> None:
    """Texts without Azerbaijani, copied from the language that has them; to be translated."""
    for table in [survey(tables), *(t for t in tables.tables if t.key in CHOICES)]:
        for field in TRANSLATED:
            if table.meaning(field):
                copy_texts(table, field)


CHOICES = ("choices", "external_choices")


def copy_texts(table: Table, field: str) -> None:
    """Fill the Azerbaijani column of `field` where another language has a text."""
    others = [n for n in table.meaning(field) if n not in table.meaning(field, FIRST_LANGUAGE)]
    wanted = f"{field}::{language_title(FIRST_LANGUAGE)}"
    for row in table.numbers():
        text = next((found for n in others if (found := table.at(row, n))), "")
        if text and not any(table.at(row, n) for n in table.meaning(field, FIRST_LANGUAGE)):
            table.put(row, table.column(wanted), text)
