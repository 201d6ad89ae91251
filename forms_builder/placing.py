"""Problems of a spec shown at the rows of the editor that they speak of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from config.shared.problems import Problem

# Which part of a row shows a problem of an attribute; any other is in the settings.
PARTS = {"name": "code", "labels": "label_az", "type": "type", "": ""}


# Problems whose path names the row, while they speak of its code.
ABOUT_NAMES = {"name": "name", "duplicate_name": "name"}


class Spot(NamedTuple):
    """A row of the editor: `row` is None for the section itself."""

    section: int
    row: int | None


Spots = Mapping[str, Sequence[Spot]]
Row = Mapping[str, Any]


def spots_of(sections: Sequence[Row]) -> dict[str, list[Spot]]:
    """Where every path of the spec stands: node paths, positions, and bare names."""
    found: dict[str, list[Spot]] = defaultdict(list)
    for index, section in enumerate(sections):
        name = section["value"].get("code") or ""
        for path in {name, str(index)}:
            found[path].append(Spot(index, None))
        for path, row in _row_paths(name or str(index), section["value"].get("fields") or []):
            found[path].append(Spot(index, row))
    return found


def _row_paths(section: str, rows: Sequence[Row]) -> Iterator[tuple[str, int]]:
    parents, counts = [section], [0]
    for index, row in enumerate(rows):
        if row["type"] == "end":
            if len(parents) > 1:
                parents.pop()
                counts.pop()
            continue
        name = row["value"].get("code") or str(counts[-1])
        yield f"{parents[-1]}/{name}", index
        yield f"{parents[-1]}/{counts[-1]}", index
        yield f"~{name}", index
        counts[-1] += 1
        if row["type"].startswith("begin_"):
            parents.append(f"{parents[-1]}/{name}")
            counts.append(0)


Placed = Mapping[Spot, Sequence[tuple[str, str]]]


def place_problems(
    sections: Sequence[Row], problems: Iterable[Problem], breaches: Mapping[Spot, str]
) -> tuple[dict[Spot, list[tuple[str, str]]], list[Problem]]:
    """What is said of each row, as (attribute, message), and the problems of no row.

    `breaches` are what is wrong with rows as rows: `nesting.nesting_breaches`.
    """
    spots, rest = spots_of(sections), []
    placed: dict[Spot, list[tuple[str, str]]] = defaultdict(list)
    for place, message in breaches.items():
        placed[place].append(("", message))
    for problem in problems:
        path, _, attribute = problem.path.partition("#")
        attribute = attribute or ABOUT_NAMES.get(problem.code, "")
        if spot := spot_of(spots, path):
            placed[spot].append((attribute, str(problem.message)))
        else:
            rest.append(problem)
    return dict(placed), rest


def spot_of(spots: Spots, path: str) -> Spot | None:
    """The last row of that path, or the only row of that bare name or answer key."""
    if path in spots:
        return spots[path][-1]
    named = spots.get(f"~{path.rsplit('/', 1)[-1]}", ())
    return named[0] if len(named) == 1 and not path.startswith("settings/") else None


def stream_error(sections: Sequence[Row], placed: Placed) -> StreamBlockValidationError | None:
    """`placed` as the error of the StreamField that shows `sections`."""
    errors = {}
    for index in sorted({spot.section for spot in placed}):
        rows = {
            spot.row: _error(sections[index]["value"]["fields"][spot.row], found)
            for spot, found in sorted(placed.items())
            if spot.section == index and spot.row is not None
        }
        own = _row_error(sections[index], placed.get(Spot(index, None), []))
        if rows:
            own.block_errors["fields"] = StreamBlockValidationError(block_errors=rows)
        errors[index] = own
    return StreamBlockValidationError(block_errors=errors) if errors else None


def _error(row: Row, found: Sequence[tuple[str, str]]) -> ValidationError:
    """What is wrong with a row; one that only ends a group has no parts."""
    if row["value"] is None:
        return ValidationError([message for _attribute, message in found])
    error: ValidationError = _row_error(row, found)
    return error


def _row_error(row: Row, found: Sequence[tuple[str, str]]) -> StructBlockValidationError:
    by_part: dict[str, list[str]] = defaultdict(list)
    for attribute, message in found:
        part = PARTS.get(attribute, "settings")
        by_part[part if part in row["value"] else ""].append(message)
    whole = [ValidationError(message) for message in by_part.pop("", [])]
    parts = {part: ValidationError(messages) for part, messages in by_part.items()}
    return StructBlockValidationError(block_errors=parts, non_block_errors=whole)
