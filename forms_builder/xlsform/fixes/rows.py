"""Fixes of rows: names, types, and where groups end."""

import difflib
import re

from config.shared.problems import Problem
from forms_builder.xlsform.columns import keyword
from forms_builder.xlsform.fixes.base import (
    free,
    here,
    identifier,
    is_sheet,
    names,
    plain_identifier,
    replace_references,
    survey,
    texts_of,
)
from forms_builder.xlsform.tables import Table, Tables
from forms_builder.xlsform.types import TYPES, parse_type

PHONE = "regex(., '^[+]?[0-9 ()-]*$')"
# Types of CHT, SurveyCTO and Kobo, and what comes closest; first match counts.
DIALECTS = (
    (re.compile(r"db:.*|caseid|contact|string.*"), "text"),
    (re.compile(r"calculate_here|calculation"), "calculate"),
    (
        re.compile(
            r"comments|(text|audio|video) audit|speed violations.*|sensor_.*|phone-call-.*"
        ),
        "hidden",
    ),
    (
        re.compile(r"begin[ _](score|rank|kobomatrix|section|page|sub ?group)\b.*"),
        "begin group",
    ),
    (re.compile(r"end[ _](score|rank|kobomatrix|section|page|sub ?group)\b.*"), "end group"),
)
_LISTED = re.compile(r"begin[ _](score|rank|kobomatrix)\s+(\S+)")
_SELECT_WORDS = ("select_one", "select_multiple", "select_one_from_file", "begin_group",
                 "begin_repeat", "end_group", "end_repeat", "rank")  # fmt: skip


# --- names ------------------------------------------------------------------------------


def rename(tables: Tables, problem: Problem) -> None:
    """A name that may stand: the old one made legal, else one made of the label."""
    if is_sheet(problem, "choices"):
        name_choice(tables, problem)
        return
    table, row = survey(tables), problem.row or 0
    old = table.text(row, "name")
    made = identifier(old) or next(map(plain_identifier, texts_of(table, row)), "")
    kind = identifier(table.text(row, "type").split(" ")[0])
    new = free(identifier(made) or f"{kind}_{row}", names(table) - {old} | reserved(old))
    give_name(table, row, old, new)


def reserved(old: str) -> set[str]:
    """A name that was refused as it stands is not taken again."""
    return {old} if old else set()


def rename_second(tables: Tables, problem: Problem) -> None:
    """A free name for the later of two rows."""
    table, row = survey(tables), problem.row or 0
    old = table.text(row, "name")
    if old:
        give_name(table, row, old, free(old, names(table)))


def give_name(table: Table, row: int, old: str, new: str) -> None:
    """Write the name; references follow when they can only mean this row."""
    table.write(row, "name", new)
    if old and old not in names(table):
        replace_references(table, old, new)


def name_choice(tables: Tables, problem: Problem) -> None:
    """A value's name from its label; a value without either goes."""
    table, row = tables.sheet(problem.sheet), problem.row or 0
    code = table.text(row, "list_name")
    taken = {
        table.text(n, "name") for n in table.numbers() if table.text(n, "list_name") == code
    }
    label = next(texts_of(table, row), "")
    if not label:
        table.clear(row)
        return
    table.write(row, "name", free(plain_identifier(label) or f"value_{row}", taken))


# --- types ------------------------------------------------------------------------------


def ask_closest(tables: Tables, problem: Problem) -> None:
    """The type that comes closest to an unknown one."""
    table, row, column = here(tables, problem)
    written = table.at(row, column)
    if keyword(written) == "tel":
        ask_phone(table, row, column)
        return
    table.put(row, column, closest(table, row, written))


def ask_phone(table: Table, row: int, column: int) -> None:
    """A telephone number: text, digits first, checked."""
    table.put(row, column, "text")
    if not table.text(row, "appearance"):
        table.write(row, "appearance", "numbers")
    if not table.text(row, "constraint"):
        table.write(row, "constraint", PHONE)


def closest(table: Table, row: int, written: str) -> str:
    """What the row should be."""
    word = keyword(written)
    if word in ("score__row", "rank__level"):
        return f"select_one {list_above(table, row)}"
    if word in ("select_one", "select_multiple", "select one", "select multiple", "rank"):
        return f"{word.replace(' ', '_')} {table.text(row, 'name') or 'list'}"
    for pattern, kind in DIALECTS:
        if pattern.fullmatch(word):
            return kind
    return misspelt(written) or "text"


def list_above(table: Table, row: int) -> str:
    """The list of the score or rank that a row stands in; as it was first written."""
    before = [change for change in table.changes if change.sheet == table.raw["name"]]
    for number in range(row - 1, table.top + 1, -1):
        texts = [table.text(number, "type")]
        texts += [change.before for change in before if change.row == number]
        for text in texts:
            if match := _LISTED.match(text):
                return match[2]
    return "list"


def misspelt(written: str) -> str:
    """The type that was meant by a slip of the keyboard, or ""."""
    whole = difflib.get_close_matches(keyword(written), TYPES, n=1, cutoff=0.75)
    if whole:
        return TYPES[whole[0]]
    first, _space, rest = written.strip().partition(" ")
    close = difflib.get_close_matches(keyword(first), _SELECT_WORDS, n=1, cutoff=0.75)
    candidate = f"{close[0]} {rest}".strip() if close else ""
    return candidate if parse_type(candidate).kind else ""


# --- where groups end ---------------------------------------------------------------------


def close_all(tables: Tables, problem: Problem) -> None:
    """Add the end rows that are missing, inner ones first."""
    table = survey(tables)
    for kind in reversed(still_open(table)):
        table.append(type=f"end {kind}")


def still_open(table: Table) -> list[str]:
    """The kinds of the groups that never end, outer ones first."""
    kinds: list[str] = []
    for row in table.numbers():
        kind = parse_type(table.text(row, "type")).kind
        if kind in ("group", "repeat"):
            kinds.append(kind)
        elif kind.startswith("end_") and kinds:
            kinds.pop()
    return kinds


def remove_row(tables: Tables, problem: Problem) -> None:
    """Empty the row."""
    tables.sheet(problem.sheet).clear(problem.row or 0)


def end_what_is_open(tables: Tables, problem: Problem) -> None:
    """An end row of the kind that it really ends."""
    table, row, column = here(tables, problem)
    kinds: list[str] = []
    for number in range(table.top + 2, row):
        kind = parse_type(table.text(number, "type")).kind
        if kind in ("group", "repeat"):
            kinds.append(kind)
        elif kind.startswith("end_") and kinds:
            kinds.pop()
    if kinds:
        table.put(row, column, f"end {kinds[-1]}")


def add_note(tables: Tables, problem: Problem) -> None:
    """A note below the row where the group begins; it is never relevant."""
    table, row = survey(tables), problem.row or 0
    name = free(f"{table.text(row, 'name') or 'group'}_note", names(table))
    table.insert(row + 1)
    for field, text in (("type", "note"), ("name", name), ("relevant", "false()")):
        table.write(row + 1, field, text)
    for place in table.meaning("label") or [table.column("label")]:
        table.put(row + 1, place, "-")


def label_by_name(tables: Tables, problem: Problem) -> None:
    """A question's name as its label in every language."""
    table, row = survey(tables), problem.row or 0
    for place in table.meaning("label") or [table.column("label")]:
        table.put(row, place, table.text(row, "name"))
