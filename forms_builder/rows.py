"""What may be wrong with the values of a list."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.choices import CHOICE_SOURCES

# A space would split an answer of select_multiple in exports, hence none.
_NAME = re.compile(r"\S{1,255}")


def row_problems(
    rows: Sequence[Mapping[str, Any]], lists: Mapping[str, Collection[str]] | None = None
) -> list[Problem]:
    """Every breach, placed at "rows/<index>/<key>" (index from 0), row counted from 1.

    `lists` are the values of the shared lists: an attribute called like a list (region)
    takes its values from there.
    """
    counts = Counter(row.get("name") for row in rows)
    problems = [] if rows else [Problem("empty", _("Add at least one value."), path="rows")]
    for index, row in enumerate(rows):
        for key, code, message in [*_breaches(row, counts), *_strangers(row, lists or {})]:
            problems.append(Problem(code, message, f"rows/{index}/{key}", row=index + 1))
    return problems


def _breaches(row: Mapping[str, Any], counts: Counter[Any]) -> list[tuple[str, str, str]]:
    name = row.get("name") or ""
    found = []
    if not _NAME.fullmatch(str(name)):
        found.append(("name", "name", _("Give the value a code without spaces.")))
    elif counts[name] > 1:
        message = _("The code “{name}” stands more than once.").format(name=name)
        found.append(("name", "duplicate", message))
    if not any((row.get("labels") or {}).values()):
        found.append(("labels", "label", _("Give the value a label.")))
    return found


def _strangers(
    row: Mapping[str, Any], lists: Mapping[str, Collection[str]]
) -> list[tuple[str, str, str]]:
    message = _("There is no “{value}” in the list “{list}”.")
    return [
        (key, "unknown_value", message.format(value=value, list=key))
        for key, value in row.items()
        if key in lists and value not in lists[key]
    ]


def source_problems(source: str) -> list[Problem]:
    """Whether the source is known."""
    if source in CHOICE_SOURCES:
        return []
    message = _("There is no source “{source}”.").format(source=source)
    return [Problem("source", message, path="source")]
