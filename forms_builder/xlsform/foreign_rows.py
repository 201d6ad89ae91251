"""Rows of an export that other tools need, want elsewhere, or refuse side by side."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from forms_builder.xlsform.foreign import (
    Shown,
    Ways,
    free,
    shown_rows,
    with_shown_groups,
)
from forms_builder.xlsform.foreign_cells import EXPRESSIONS, Cells
from forms_builder.xlsform.foreign_names import with_plain_names
from forms_builder.xlsform.lists import OTHER

_OR_OTHER = " or_other"
_FIELD = re.compile(r"\$\{[^{}]+\}")
_FROM_FILE = re.compile(r"select_(?:one|multiple)_from_file (.+)\.\w+")
_INSTANCE = re.compile(r"\binstance\(\s*(['\"])([^'\"${}]+)\1\s*\)")
_PULLDATA = re.compile(r"\bpulldata\(\s*(['\"])([^'\"${}]+)\1")
_FILE_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


@dataclass
class Survey:
    """The rows of the survey for others, and the lists that need the value "other"."""

    rows: list[Cells]
    others: set[str] = field(default_factory=set)


def for_others(
    before: Sequence[Cells], now: Sequence[Cells], ways: Ways, inside: Collection[str]
) -> Survey:
    """The survey as other tools take it.

    `now` are the rows `before` with expressions that other tools work out; `inside` is how the
    lists in the workbook are called there.
    """
    rows = shown_rows(before, now, ways)
    taken = {row.name.casefold() for row in rows}
    others: set[str] = set()
    settle_tables(rows, inside)
    rows = list(with_other_questions(rows, ways.label, taken, others))
    rows = list(with_counts(rows, taken))
    rows = list(with_shown_groups(rows, ways.label))
    read = read_names(rows) | set(ways.files)
    rows = [*files_of(read - set(inside) - named_files(rows), taken), *rows]
    with_plain_names(rows)
    return Survey([row.noted() for row in rows], others)


# --- tables of choices ---------------------------------------------------------------------


def settle_tables(rows: Sequence[Shown], inside: Collection[str]) -> None:
    """A `table-list` of selects that do not fit together becomes a plain group."""
    for index, row in enumerate(rows):
        words = row.cells.get("appearance", "").split()
        is_meant = row.kind in ("begin_group", "begin_repeat") and "table-list" in words
        if is_meant and not is_table(rows[index + 1 :], inside):
            shown = ["field-list" if word == "table-list" else word for word in words]
            row.cells["appearance"] = " ".join(dict.fromkeys(shown))


def is_table(rows: Sequence[Shown], inside: Collection[str]) -> bool:
    """Whether the selects up to the next end have one list of the workbook."""
    found: list[Cells] = []
    for row in rows:
        if row.kind in ("end_group", "end_repeat"):
            break
        if row.kind.startswith(("select_", "rank")):
            found.append(row.cells)
    lists = {cells["type"].removesuffix(_OR_OTHER).partition(" ")[2] for cells in found}
    if any("choice_filter" in cells for cells in found[:1]) or len(lists) > 1:
        return False
    return lists <= set(inside)


# --- "other" -------------------------------------------------------------------------------


def with_other_questions(
    rows: Sequence[Shown], label: str, taken: set[str], others: set[str]
) -> Iterator[Shown]:
    """`or_other` written out where other tools cannot: the question that follows it, and in
    `others` the lists that need the value."""
    for row in rows:
        yield row
        kind = row.cells["type"]
        if not kind.endswith(_OR_OTHER):
            continue
        name, choice_filter = row.name, row.cells.get("choice_filter", "")
        is_external = kind.startswith("select_one_external")
        if not (choice_filter or is_external or f"{name}_other".casefold() in taken):
            continue
        row.cells["type"] = kind.removesuffix(_OR_OTHER)
        others.add(row.cells["type"].partition(" ")[2])
        if choice_filter:
            row.cells["choice_filter"] = f"({choice_filter}) or name = '{OTHER}'"
        asked = {"type": "text", "name": free(f"{name}_other", taken), label: _("Other")}
        yield Shown({**asked, "relevant": f"selected(../{name}, '{OTHER}')"}, None)


# --- repeats -------------------------------------------------------------------------------


def with_counts(rows: Sequence[Shown], taken: set[str]) -> Iterator[Shown]:
    """A count of rows is worked out under a free name where the usual one is taken."""
    for row in rows:
        count = row.cells.get("repeat_count", "")
        is_worked_out = bool(count) and not _FIELD.fullmatch(count.strip())
        if (
            row.kind == "begin_repeat"
            and is_worked_out
            and f"{row.name}_count".casefold() in taken
        ):
            name = free(f"{row.name}_count", taken)
            yield Shown({"type": "calculate", "name": name, "calculation": count}, None)
            row.cells["repeat_count"] = f"${{{name}}}"
        yield row


# --- files ---------------------------------------------------------------------------------


def files_of(read: Collection[str], taken: set[str]) -> Iterator[Shown]:
    """Rows that name the files of values which are `read` and which nothing else names."""
    for name in sorted(read):
        if not _FILE_NAME.fullmatch(name):
            continue
        if name.casefold() not in taken:
            taken.add(name.casefold())
            yield Shown({"type": "csv-external", "name": name}, None)
        else:
            cells = {"type": "calculate", "name": free("dayaq_file", taken)}
            yield Shown(
                {**cells, "calculation": f"pulldata('{name}', 'name', 'name', '')"}, None
            )


def read_names(rows: Sequence[Shown]) -> set[str]:
    """What expressions read by instance()."""
    return {match[2] for text in expressions(rows) for match in _INSTANCE.finditer(text)}


def named_files(rows: Sequence[Shown]) -> set[str]:
    """Files of values that rows name, or that pulldata() reads."""
    named = {row.name for row in rows if row.kind in ("csv-external", "xml-external")}
    selects = (_FROM_FILE.fullmatch(row.cells["type"]) for row in rows)
    pulled = (m[2] for text in expressions(rows) for m in _PULLDATA.finditer(text))
    return {*named, *(select[1] for select in selects if select), *pulled}


def expressions(rows: Sequence[Shown]) -> Iterator[str]:
    """The expressions of all rows."""
    for row in rows:
        for heading, text in row.cells.items():
            if heading in EXPRESSIONS or heading == "readonly":
                yield text
