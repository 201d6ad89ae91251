"""What an export says for other tools only, and how an import takes it back.

Other tools refuse questions without a label, groups that show nothing, references to what is
not there, columns that they do not know, and functions of ours. An export says such cells in
their way and notes in the column `dayaq_written` how they were: JSON of
`{heading: [as exported, as it was]}`, or "added" for a whole row. An import takes each cell
that still says what was exported as it was before; a cell changed since counts as it stands.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from forms_builder.compile import is_dynamic_default
from forms_builder.xlsform.columns import keyword, parse_heading
from forms_builder.xlsform.foreign_cells import (
    Cells,
    cell_for_others,
    parameters_for_others,
    without_lonely_big_images,
)
from forms_builder.xlsform.types import METADATA
from forms_builder.xlsform.workbook import Column, Row

WRITTEN = "dayaq_written"
ADDED = "added"
# Rows that other tools show nobody.
_UNSEEN = {keyword(kind) for kind in (*METADATA, "calculate", "hidden", "background-geopoint",
           "csv-external", "xml-external")}  # fmt: skip
_SAYS_SOMETHING = {"label", "hint", "image", "audio", "video", "big-image"}
_SELECT = re.compile(r"(select_one|select_multiple|select_one_external|rank) (.+?)( or_other|)")


# --- out ------------------------------------------------------------------------------------


@dataclass
class Shown:
    """A row as it is shown to others; `before` is None for a row that only they get."""

    cells: Cells
    before: Cells | None

    @property
    def kind(self) -> str:
        """Its type, "begin_group" for every spelling of that."""
        return keyword(self.cells["type"]).replace(" ", "_")

    @property
    def name(self) -> str:
        """Its name, "" for an end."""
        return self.cells.get("name", "")

    def noted(self) -> Cells:
        """Its cells, with what was changed in the last of them."""
        if self.before is None:
            return {**self.cells, WRITTEN: as_json(ADDED)}
        changed = {
            heading: [self.cells.get(heading, ""), self.before.get(heading, "")]
            for heading in {**self.cells, **self.before}
            if self.cells.get(heading, "") != self.before.get(heading, "")
        }
        if not changed:
            return self.before
        kept = {heading: text for heading, text in self.cells.items() if text}
        return {**kept, WRITTEN: as_json(changed)}


@dataclass(frozen=True)
class Ways:
    """What rows are written with: the heading of labels, how lists are called in the
    workbook where otherwise, prefixes of names that the form declares, whether answers are
    saved as entities, and files of values that those need."""

    label: str
    lists: Mapping[str, str]
    spaces: Collection[str] = ()
    saves_entities: bool = True
    files: Collection[str] = ()


def shown_rows(before: Sequence[Cells], now: Sequence[Cells], ways: Ways) -> list[Shown]:
    """The rows of a survey as other tools take them.

    `now` are the rows `before` with expressions that other tools work out.
    """
    counted = Counter(row["name"] for row in before if row.get("name"))
    names = {name for name, count in counted.items() if count == 1}
    return [
        Shown(adapted(row, names, ways), as_it_was)
        for row, as_it_was in zip(now, before, strict=True)
    ]


def adapted(row: Cells, names: Collection[str], ways: Ways) -> Cells:
    """One row in the way of others."""
    made = {h: cell_for_others(h, text, names, ways.spaces) for h, text in row.items()}
    select = _SELECT.fullmatch(row["type"])
    if select and select[2] in ways.lists:
        made["type"] = f"{select[1]} {ways.lists[select[2]]}{select[3]}"
    if is_seen(row) and not any(says_something(heading) for heading in row):
        made[ways.label] = row["name"]
    if keyword(row["type"]) == "calculate" and not works_out(row):
        made["calculation"] = "''"
    if "parameters" in made:
        made["parameters"] = parameters_for_others(made)
    if row["type"].startswith("begin_"):
        made.pop("calculation", None)
    if row["type"] == "image" and is_dynamic_default(row.get("default", "")):
        made.pop("default")
    if row["type"] == "audit":
        made["name"] = "audit"
    if not ways.saves_entities:
        made |= {h: "" for h in row if keyword(h) in ("save_to", "saveto")}
    return without_lonely_big_images(made)


def works_out(row: Cells) -> bool:
    """Whether a calculated row has something to work out."""
    return "calculation" in row or is_dynamic_default(row.get("default", ""))


def is_seen(row: Mapping[str, str]) -> bool:
    """Whether other tools show a question for the row, so that it needs a label."""
    kind = keyword(row["type"])
    if kind in _UNSEEN or kind.startswith(("begin", "end")):
        return False
    return not ({"calculation", "trigger"} & set(row)) or any(map(says_something, row))


def says_something(heading: str) -> bool:
    """Whether a column holds what people see of a question."""
    return parse_heading(heading, "survey").field in _SAYS_SOMETHING


def with_shown_groups(rows: Sequence[Shown], label: str) -> Iterator[Shown]:
    """`rows`, with a note that is never relevant in every group that would show nothing."""
    taken = {row.name.casefold() for row in rows}
    seen: list[bool] = []
    for row in rows:
        if row.kind in ("begin_group", "begin_repeat"):
            seen.append(row.kind == "begin_repeat")
        elif row.kind in ("end_group", "end_repeat"):
            if not seen.pop():
                name = free("dayaq_note", taken)
                note = {"type": "note", "name": name, label: "-", "relevant": "false()"}
                yield Shown(note, None)
            seen[-1:] = [True] if seen else []
        elif seen and is_seen(row.cells):
            seen[-1] = True
        yield row


def free(name: str, taken: set[str]) -> str:
    """`name` with the first number that makes it free; it is taken then."""
    number = 1
    while f"{name}_{number}".casefold() in taken:
        number += 1
    taken.add(f"{name}_{number}".casefold())
    return f"{name}_{number}"


def as_json(value: object) -> str:
    """JSON without spaces, and without a `${` that other tools would look for."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("${", "\\u0024{")


# --- in -------------------------------------------------------------------------------------


def as_it_was(row: Row, columns: Sequence[Column]) -> Row | None:
    """The row as it was before an export; None when the export added it.

    Raises ValueError when the column was changed by hand.
    """
    text = row.text(WRITTEN)
    if not text:
        return row
    noted = json.loads(text)
    if noted == ADDED:
        return None
    cells = dict(row.cells)
    for heading, (shown, before) in noted.items():
        column = next((c for c in columns if c.heading.text == heading), None)
        column = column or Column("", parse_heading(heading, "survey"))
        if cells.get(column, "") == shown:
            cells[column] = before
    return replace(row, cells={column: value for column, value in cells.items() if value})
