"""`${field}` in labels, hints and guidance: where its answer is found, and how it is told."""

import re
from collections.abc import Callable, Mapping
from typing import Any

_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
Row = Mapping[str, Any]
EMPTY: Mapping[str, Any] = {}


def parts_of(text: str) -> list[str]:
    """`text` cut at its references: words and names in turn, words first and last."""
    return _REFERENCE.split(text)


def filled(text: str, said: Callable[[str], str]) -> str:
    """`text` with every reference replaced by what `said(name)` gives, "…" for nothing."""
    if "${" not in text:
        return text
    return _REFERENCE.sub(lambda found: said(found[1]) or "…", text)


def value_at(
    name: str,
    prefix: str,
    row: Row,
    answers: Row,
    computed: Row = EMPTY,
    relevant: Mapping[str, bool] = EMPTY,
) -> Any:
    """The answer that `${name}` means in the scope `prefix` ("kids[0]/toys[1]/", "" outside).

    Asked in the row itself, then in the rows around it, then outside of repeats; what is not
    relevant is empty.
    """
    bare = name.rpartition("/")[2]
    while True:
        for key in (name, bare):
            path = prefix + key
            if relevant.get(path) is False:
                return None
            if (value := computed.get(path)) not in (None, ""):
                return value
            if key in row:
                return row[key]
        if not prefix:
            return None
        prefix = _outer(prefix)
        row = row_at(answers, prefix)


def _outer(prefix: str) -> str:
    outer = prefix.removesuffix("]/").rpartition("]/")
    return f"{outer[0]}]/" if outer[1] else ""


def row_at(answers: Row, prefix: str) -> Row:
    """The answers of the row that `prefix` leads to; none for a row that is not there."""
    here: Any = answers
    for part in prefix.split("]/")[:-1]:
        key, _, number = part.rpartition("[")
        rows = here.get(key)
        index = int(number) if number.isdecimal() else -1
        here = rows[index] if isinstance(rows, list) and 0 <= index < len(rows) else EMPTY
        if not isinstance(here, Mapping):
            return EMPTY
    found: Row = here
    return found
