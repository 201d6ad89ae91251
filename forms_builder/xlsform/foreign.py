"""What an export says for other tools only, and how an import takes it back.

Other tools refuse questions without a label, groups that show nothing, references to what is
not there, columns that they do not know, and functions of ours. An export says such cells in
their way and notes in the column `dayaq_written` how they were: JSON of
`{heading: [as exported, as it was]}`, or "added" for a whole row. An import takes each cell
that still says what was exported as it was before; a cell changed since counts as it stands.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from forms_builder.compile import is_dynamic_default
from forms_builder.xlsform.columns import keyword, parse_heading
from forms_builder.xlsform.common_words import said_by_all
from forms_builder.xlsform.types import METADATA
from forms_builder.xlsform.workbook import Column, Row

Cells = dict[str, str]
WRITTEN = "dayaq_written"
ADDED = "added"
_EXPRESSIONS = {
    "relevant", "constraint", "calculation", "choice_filter", "repeat_count", "required",
    "read_only", "default",
}  # fmt: skip
# Rows that other tools show nobody.
_UNSEEN = {keyword(kind) for kind in (*METADATA, "calculate", "hidden", "background-geopoint",
           "csv-external", "xml-external")}  # fmt: skip
_SAYS_SOMETHING = {"label", "hint", "image", "audio", "video", "big-image"}
_CANDIDATE = re.compile(r"\$\{([^}]*)\}?")
_REFERENCE = re.compile(r"(?:last-saved#)?([^\W\d][\w.-]*)")
_SELECT = re.compile(r"(select_one|select_multiple|select_one_external|rank) (.+?)( or_other|)")
_SPACED = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_TRIGGER = re.compile(r"\$\{[^{}]+\}(\s*,\s*\$\{[^{}]+\})*")
_PLACED = re.compile(r"(bind|body|control|instance)::[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?")


# --- out ------------------------------------------------------------------------------------


def for_others(rows: Sequence[Cells], label: str, lists: Mapping[str, str]) -> list[Cells]:
    """The rows of a survey as other tools take them.

    `label` is the heading of labels; `lists` says how lists are called in the workbook.
    """
    names = {row["name"] for row in rows if row.get("name")}
    shown = [adapted(row, names, label, lists) for row in rows]
    return list(with_shown_groups(shown, label))


def adapted(row: Cells, names: set[str], label: str, lists: Mapping[str, str]) -> Cells:
    """One row; cells that had to change are noted in its last column."""
    made = dict(row)
    for heading, text in row.items():
        made[heading] = cell_for_others(heading, text, names)
    select = _SELECT.fullmatch(row["type"])
    if select and select[2] in lists:
        made["type"] = f"{select[1]} {lists[select[2]]}{select[3]}"
    if is_seen(row) and not any(says_something(heading) for heading in row):
        made[label] = row["name"]
    if keyword(row["type"]) == "calculate" and not works_out(row):
        made["calculation"] = "''"
    changed = {
        heading: [text, row.get(heading, "")]
        for heading, text in made.items()
        if text != row.get(heading, "")
    }
    if not changed:
        return row
    kept = {heading: text for heading, text in made.items() if text}
    return {**kept, WRITTEN: as_json(changed)}


def works_out(row: Cells) -> bool:
    """Whether a calculated row has something to work out."""
    return "calculation" in row or is_dynamic_default(row.get("default", ""))


def cell_for_others(heading: str, text: str, names: set[str]) -> str:
    """A cell that other tools take; "" when they must not see it at all."""
    field = parse_heading(heading, "survey").field
    if heading.startswith("dayaq_") or field in ("type", "name"):
        return text
    if field in _EXPRESSIONS:
        return said_by_all(text)
    if field:
        text = _SPACED.sub(r"${\1}", text)
        return text if refers_well(text, names) else text.replace("${", "$ {")
    is_safe = ":" not in heading or _PLACED.fullmatch(heading)
    if keyword(heading) == "trigger":
        is_safe = _TRIGGER.fullmatch(text)
    if not is_safe or keyword(heading) == "instance::tag" or heading.endswith("(as written)"):
        return ""
    return text if refers_well(text, names) else ""


def refers_well(text: str, names: set[str]) -> bool:
    """Whether every `${...}` of a text names a field as other tools read it."""
    found = (_REFERENCE.fullmatch(m[1]) for m in _CANDIDATE.finditer(text))
    return all(match is not None and match[1] in names for match in found)


def is_seen(row: Mapping[str, str]) -> bool:
    """Whether other tools show a question for the row, so that it needs a label."""
    kind = keyword(row["type"])
    if kind in _UNSEEN or kind.startswith(("begin", "end")):
        return False
    return not ({"calculation", "trigger"} & set(row)) or any(map(says_something, row))


def says_something(heading: str) -> bool:
    """Whether a column holds what people see of a question."""
    return parse_heading(heading, "survey").field in _SAYS_SOMETHING


def with_shown_groups(rows: Sequence[Cells], label: str) -> Iterator[Cells]:
    """`rows`, with a note that is never relevant in every group that would show nothing."""
    taken = {row.get("name", "").casefold() for row in rows}
    seen: list[bool] = []
    for row in rows:
        kind = keyword(row["type"]).replace(" ", "_")
        if kind in ("begin_group", "begin_repeat"):
            seen.append(kind == "begin_repeat")
        elif kind in ("end_group", "end_repeat"):
            if not seen.pop():
                yield filler(taken, label)
            seen[-1:] = [True] if seen else []
        elif seen and is_seen(row):
            seen[-1] = True
        yield row


def filler(taken: set[str], label: str) -> Cells:
    """A row for other tools only, with a free name."""
    number = 1
    while f"dayaq_note_{number}" in taken:
        number += 1
    name = f"dayaq_note_{number}"
    taken.add(name)
    cells = {"type": "note", "name": name, label: "-", "relevant": "false()"}
    return {**cells, WRITTEN: as_json(ADDED)}


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
