"""Which stored row each sent row was, though rows were removed, added and moved meanwhile."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
MOST_PAIRS = 10_000  # beyond, rows that were changed are found by their number


def matched(rows: Sequence[Any], earlier: Sequence[Any], keys: Collection[str]) -> list[Row]:
    """For each of `rows` the one of `earlier` that it was; an empty one for a new row.

    Rows with the same answers to `keys` (what people type) belong together, then those with
    most answers in common, then those with the same number.
    """
    old = [row if isinstance(row, Mapping) else {} for row in earlier]
    new = [row if isinstance(row, Mapping) else {} for row in rows]
    if not old:
        return [{} for _row in new]
    before, now = [_typed(row, keys) for row in old], [_typed(row, keys) for row in new]
    found = _same(now, before)
    _add_likest(found, now, before)
    taken = set(found.values())
    for place in range(min(len(new), len(old))):
        if place not in found and place not in taken:
            found[place] = place
    return [old[found[place]] if place in found else {} for place in range(len(new))]


def _typed(row: Row, keys: Collection[str]) -> dict[str, str]:
    """The answers as texts; empty ones are left out."""
    return {key: str(row[key]) for key in keys if row.get(key) not in (None, "", [])}


def _same(now: Sequence[dict[str, str]], before: Sequence[dict[str, str]]) -> dict[int, int]:
    """Rows that are as they were: at their place, or else in their order."""
    found = {
        place: place
        for place, (row, old) in enumerate(zip(now, before, strict=False))
        if row == old
    }
    left: dict[frozenset[tuple[str, str]], list[int]] = defaultdict(list)
    for place in range(len(before) - 1, -1, -1):
        if place not in found:
            left[frozenset(before[place].items())].append(place)
    for place, row in enumerate(now):
        waiting = left.get(frozenset(row.items()))
        if place not in found and waiting:
            found[place] = waiting.pop()
    return found


def _add_likest(
    found: dict[int, int], now: Sequence[dict[str, str]], before: Sequence[dict[str, str]]
) -> None:
    """Pair changed rows with those that have most answers in common with them."""
    taken = set(found.values())
    rows = [place for place in range(len(now)) if place not in found]
    left = [place for place in range(len(before)) if place not in taken]
    if len(rows) * len(left) > MOST_PAIRS:
        return
    pairs = [
        (-len(now[new].items() & before[old].items()), abs(new - old), new, old)
        for new in rows
        for old in left
    ]
    for likeness, _distance, new, old in sorted(pairs):
        if likeness and new not in found and old not in taken:
            found[new] = old
            taken.add(old)
