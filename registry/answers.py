"""Walking a form's questions and a submission's answers side by side. Plain Python."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.kinds import DEFAULT_SENSITIVITY, RANKS

Json = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """A question or repeat: the `key` of its answer in its scope, its sensitivity's rank.

    `rank` counts the sections and groups around it; `section` is the outermost one.
    """

    key: str
    node: Mapping[str, Any]
    rank: int
    section: Mapping[str, Any]

    @property
    def is_repeat(self) -> bool:
        """Whether the answer is a list of rows."""
        return bool(self.node["kind"] == "repeat")


def items_of(spec: Mapping[str, Any]) -> list[Item]:
    """Questions and repeats of the form's outermost scope, in order."""
    return _scope(spec["children"], RANKS["public"], {})


def items_in(repeat: Item) -> list[Item]:
    """Questions and repeats of one row of `repeat`, in order."""
    return _scope(repeat.node.get("children", []), repeat.rank, repeat.section)


def _scope(children: Any, rank: int, section: Mapping[str, Any]) -> list[Item]:
    found = list(_walk(children, "", rank, section))
    counts = Counter(node["name"] for _path, node, _rank, _section in found)
    return [
        Item(path if counts[node["name"]] > 1 else node["name"], node, rank, section)
        for path, node, rank, section in found
    ]


def _walk(
    children: Any, prefix: str, rank: int, section: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], int, Mapping[str, Any]]]:
    for node in children:
        path = prefix + node["name"]
        own = max(rank, _rank(node))
        around = section or node
        if node["kind"] in ("section", "group"):
            inner = f"{path}/" if node["kind"] == "group" else ""
            yield from _walk(node.get("children", []), inner, own, around)
        else:
            yield path, node, own, around


def _rank(node: Mapping[str, Any]) -> int:
    """A question says nothing: internal; a section or group says nothing: no floor."""
    default = DEFAULT_SENSITIVITY if node["kind"] in ("question", "repeat") else "public"
    return RANKS[node.get("sensitivity", default)]


def storable(value: Any) -> Any:
    """`value` as PostgreSQL's jsonb gives it back, so that hashes agree.

    Whole floats become integers; raises ValueError for NaN, infinity, a NUL character and
    numbers too large to be exact.
    """
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL character")
        return value
    if isinstance(value, float):
        return _storable_number(value)
    if isinstance(value, Mapping):
        return {key: storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value


def _storable_number(value: float) -> int | float:
    if not math.isfinite(value) or abs(value) > 2**53:
        raise ValueError("number out of range")
    return int(value) if value == int(value) else value
