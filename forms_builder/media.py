"""The files that a form names beside its words: pictures, sound, film of questions, choices.

A spec names files by their names; `spec["media"]` of a published version says which content
each name had then: {name: sha256}. Plain Python.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]
_COLUMN = re.compile(r"(?:media::)?(image|audio|video|big-image)(?:::(.+))?")


def file_name(written: Any) -> str:
    """The file that a workbook names: "map.png" of "jr://images/map.png"."""
    return str(written).strip().rpartition("/")[2]


def media_column(heading: str) -> tuple[str, str] | None:
    """The kind of file that a column of a list names, and the language as it is written there;
    None for other columns."""
    found = _COLUMN.fullmatch(heading.strip())
    return (found[1], found[2] or "") if found else None


def named_files(spec: Mapping[str, Any]) -> dict[str, list[str]]:
    """The places that name each file, by its name: paths of nodes, "list/choice"."""
    found: dict[str, list[str]] = {}
    for name, place in (*_in_nodes(spec, ""), *_in_lists(spec.get("lists", {}))):
        places = found.setdefault(name, [])
        if place not in places:
            places.append(place)
    return found


def _in_nodes(node: Node, path: str) -> Iterator[tuple[str, str]]:
    for child in node.get("children", ()):
        here = f"{path}/{child['name']}" if path else str(child["name"])
        media = child.get("media")
        for files in media.values() if isinstance(media, Mapping) else ():
            for written in files.values() if isinstance(files, Mapping) else ():
                if name := file_name(written):
                    yield name, here
        yield from _in_nodes(child, here)


def _in_lists(lists: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for code, rows in lists.items():
        for row in rows:
            for heading, written in row.items():
                is_named = isinstance(written, str) and media_column(heading)
                if is_named and (name := file_name(written)):
                    yield name, f"{code}/{row['name']}"
