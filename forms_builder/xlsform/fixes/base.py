"""What the fixes share: names in use, references, and leaving an expression out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.shared.problems import Problem
from config.shared.text import fold
from forms_builder.xlsform.columns import keyword, sheet_key
from forms_builder.xlsform.survey import AS_WRITTEN, EXPRESSIONS, RESERVED, TEXTS
from forms_builder.xlsform.tables import Table, Tables

NAME_LETTERS = 60
REFERENCE = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_FLAGS = ("required", "read_only")
Act = Callable[[Tables, Problem], None]


@dataclass(frozen=True)
class Fix:
    """One offer: a stable `kind`, what the button says (lazily translated), what it does."""

    kind: str
    title: object
    act: Act


def survey(tables: Tables) -> Table:
    """The sheet of questions."""
    return tables.sheet("survey")


def here(tables: Tables, problem: Problem) -> tuple[Table, int, int]:
    """Sheet, row and column of a problem; the column is added when it is not there yet."""
    table = tables.sheet(problem.sheet or "survey")
    row = problem.row or 0
    place = table.titled(problem.column, row)
    return table, row, table.column(problem.column) if place is None else place


def names(table: Table) -> set[str]:
    """Every name of the survey sheet."""
    return {name for row in table.numbers() if (name := table.text(row, "name"))}


def identifier(text: str) -> str:
    """A name made of any text: letters, digits, _ - and ., beginning with a letter."""
    words = re.sub(r"[^\w.-]+", "_", text.strip(), flags=re.UNICODE).strip("_.-")
    if words and not re.match(r"[^\W\d_]", words):
        words = f"q_{words}"
    return words[:NAME_LETTERS].rstrip("_.-")


def plain_identifier(text: str) -> str:
    """A short name of Latin letters from a label."""
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")[:40].rstrip("_")


def free(name: str, taken: set[str]) -> str:
    """`name`, with a number when it is taken or reserved, capitals or not."""
    used = (
        {"meta"}
        | {entry.casefold() for entry in taken}
        | {entry.casefold() for entry in RESERVED}
    )
    number, found = 2, name
    while found.casefold() in used:
        found, number = f"{name}_{number}", number + 1
    return found


def texts_of(table: Table, row: int) -> Iterator[str]:
    """The labels of a row, as the columns stand."""
    for column in table.meaning("label"):
        if text := table.at(row, column):
            yield text


def replace_references(table: Table, old: str, new: str) -> None:
    """`${old}` becomes `${new}` in every cell of the sheet."""
    pattern = re.compile(r"\$\{\s*" + re.escape(old) + r"\s*\}")
    for row in table.numbers():
        for column in range(len(table.columns)):
            text = table.at(row, column)
            if "${" in text:
                table.put(row, column, pattern.sub(lambda _match: f"${{{new}}}", text))


def is_text(table: Table, column: int) -> bool:
    """Whether a column holds texts for people, not expressions."""
    return table.columns[column].heading.field in TEXTS


def leave_out(tables: Tables, problem: Problem) -> None:
    """Empty the cell of an expression; its text moves to a column that keeps it."""
    table, row, column = here(tables, problem)
    if table.key == "entities":
        table.put(row, column, "''")  # other tools allow no column there that they do not know
        return
    if not table.at(row, column) or is_type_or_name(table, column):
        column = first_expression(table, row)
    text = table.at(row, column) if column >= 0 else ""
    if not text:
        return
    if is_text(table, column):
        table.put(row, column, REFERENCE.sub(r"[\1]", text).replace("${", "{"))
        return
    title = AS_WRITTEN.format(column=table.columns[column].title)
    table.put(row, table.column(title), text)
    is_needed = keyword(table.text(row, "type")) in ("calculate", "calculation")
    is_needed = is_needed and table.columns[column].heading.field == "calculation"
    table.put(row, column, "''" if is_needed and text != "''" else "")


def is_type_or_name(table: Table, column: int) -> bool:
    """Whether a column says what a row is."""
    return table.columns[column].heading.field in ("type", "name")


def first_expression(table: Table, row: int) -> int:
    """The first column of a row with an expression; -1 when there is none."""
    for field in ("calculation", *EXPRESSIONS, *_FLAGS):
        for column in table.meaning(field):
            if table.at(row, column):
                return column
    return -1


def empty_cell(tables: Tables, problem: Problem) -> None:
    """Empty the cell and forget what was said about it."""
    table, row, column = here(tables, problem)
    table.forget("errors", row, column)
    table.forget("uncounted", row, column)
    table.put(row, column, "")


def is_sheet(problem: Problem, key: str) -> bool:
    """Whether the problem lies on the sheet `key`."""
    return sheet_key(problem.sheet) == key
