"""What is wrong with the rows of a form as rows: groups that do not pair, too many of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.placing import Spot

MAX_ROWS = 1500

Row = Mapping[str, Any]


def nesting_breaches(sections: Sequence[Row]) -> dict[Spot, str]:
    """The rows that open what never ends, or end what never opened."""
    found = {}
    for index, section in enumerate(sections):
        for row, message in _of_section(section["value"].get("fields") or []).items():
            found[Spot(index, row)] = message
    return found


def _of_section(rows: Sequence[Row]) -> dict[int, str]:
    opened: list[int] = []
    found = {}
    for index, row in enumerate(rows):
        if row["type"].startswith("begin_"):
            opened.append(index)
        elif row["type"] == "end" and opened:
            opened.pop()
        elif row["type"] == "end":
            found[index] = _("No group or repeat is open here; remove it.")
    unclosed = _("This has no end row; add “End of group or repeat” after it.")
    return {**found, **dict.fromkeys(opened, unclosed)}


def size_problems(sections: Sequence[Row]) -> list[Problem]:
    """A form too long to be edited or filled."""
    count = sum(len(section["value"].get("fields") or []) for section in sections)
    if count <= MAX_ROWS:
        return []
    message = _("The form has {count} rows; at most {limit} fit. Split it into two forms.")
    return [Problem("too_many_rows", message.format(count=count, limit=MAX_ROWS), "sections")]
