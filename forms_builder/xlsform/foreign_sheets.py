"""Choices, settings and entities of an export as other tools take them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from forms_builder.clashes import argument_problems
from forms_builder.expressions import ExpressionError, parse
from forms_builder.schema import places
from forms_builder.xlsform.columns import MEDIA, keyword
from forms_builder.xlsform.foreign_cells import Cells, refers_well
from forms_builder.xlsform.lists import OWN, Lists
from forms_builder.xlsform.named_files import named_files

Json = Mapping[str, Any]
_TAG = re.compile(r"[A-Za-z_\u00d8-\u00f6\u00f8-\u024f\u0400-\u04ff][\w.-]*")
# Columns of choices that other tools take for parts of their own.
_TAKEN = {"media", "itextid", "children", "label", "name", "list_name", "list name", "value"}
_ENTITY_COLUMNS = {"list_name", "dataset", "entity_id", "create_if", "update_if", "label"}
_PROPERTY = re.compile(r"(?!__)[A-Za-z_][\w-]*", re.ASCII)
_SPACE = re.compile(r"([A-Za-z_][\w.-]*)\s*=")


# --- choices -------------------------------------------------------------------------------


def choice_columns(lists: Lists) -> dict[str, str]:
    """The attributes of choices that need another heading, with that heading."""
    attributes = dict.fromkeys(
        key for rows in lists.values() for row in rows for key in row if key not in OWN
    )
    columns: dict[str, str] = {}
    taken = {keyword(attribute) for attribute in attributes} | _TAKEN
    for attribute in attributes:
        if not is_column(attribute):
            columns[attribute] = _free(re.sub(r"[^\w.-]+", "_", attribute), taken)
    return columns


def is_column(attribute: str) -> bool:
    """Whether an attribute may be a heading of the choices of other tools."""
    parts = attribute.split("::")
    named = parts[1:] if parts[0] == "media" else parts
    if named and named[0] in MEDIA and len(named) < 3:
        return True
    return bool(_TAG.fullmatch(attribute)) and keyword(attribute) not in _TAKEN


def _free(name: str, taken: set[str]) -> str:
    """A heading like `name`; it is taken then."""
    start = name if _TAG.fullmatch(name) else f"c_{name}"
    number, found = 2, start
    while keyword(found) in taken:
        found, number = f"{start}_{number}", number + 1
    taken.add(keyword(found))
    return found


def elsewhere(spec: Json, lists: Lists) -> list[str]:
    """What expressions read by name although it is no list of the workbook: an import must
    not take it for a file of the form's own."""
    files = [row["name"] for row in spec.get("workbook", {}).get("files", [])]
    return sorted(set(named_files((place.node for place in places(spec)), files)) - set(lists))


# --- settings ------------------------------------------------------------------------------


def settings_for_others(spec: Json) -> dict[str, str]:
    """The kept settings that other tools take; all of them stand in the sheet "dayaq"."""
    counted = Counter(place.name for place in places(spec))
    names = {name for name, count in counted.items() if count == 1}
    kept: Mapping[str, str] = spec.get("workbook", {}).get("settings", {})
    return {key: text for key, text in kept.items() if is_setting(key, text, names)}


def is_setting(key: str, text: str, names: Iterable[str]) -> bool:
    """Whether other tools take a setting."""
    word = keyword(key)
    if word == "name":
        return bool(_TAG.fullmatch(text)) and text not in names
    if word != "instance_name":
        return True
    return refers_well(text, set(names)) and is_readable(text)


def is_readable(source: str) -> bool:
    """Whether an expression can be read, with functions that others have."""
    try:
        return not list(argument_problems(parse(source), ""))
    except ExpressionError:
        return False


def declared_spaces(spec: Json) -> list[str]:
    """The prefixes that the setting `namespaces` declares."""
    kept = spec.get("workbook", {}).get("settings", {})
    return _SPACE.findall(kept.get("namespaces", ""))


# --- entities ------------------------------------------------------------------------------


def entities_for_others(spec: Json) -> list[Cells]:
    """The sheet of entities, or nothing where other tools would refuse it; all of it stands in
    the sheet "dayaq"."""
    rows: list[Cells] = spec.get("workbook", {}).get("entities", [])
    return rows if saves_well(spec) else []


def saves_well(spec: Json) -> bool:
    """Whether entities and the columns `save_to` fit together as other tools want it."""
    rows: list[Cells] = spec.get("workbook", {}).get("entities", [])
    saved = [save_to(place.node) for place in places(spec) if save_to(place.node)]
    if len(rows) != 1 or any(
        save_to(place.node) for place in places(spec) if place.kind != "question"
    ):
        return False  # with several, others want each in a group of its own
    is_distinct = len(set(saved)) == len(saved)
    return is_distinct and is_entity(rows[0]) and all(map(is_property, saved))


def entity_files(spec: Json) -> list[str]:
    """The lists that entities are looked up in."""
    rows = entities_for_others(spec)
    return [listed(row) for row in rows if any(keyword(key) == "entity_id" for key in row)]


def listed(row: Cells) -> str:
    """The list that an entity goes to."""
    named = {keyword(key): text for key, text in row.items()}
    return named.get("list_name", "") or named.get("dataset", "")


def is_entity(row: Cells) -> bool:
    """Whether a row of the sheet says all that other tools ask for, and nothing else."""
    named = {keyword(key): text for key, text in row.items() if text}
    if not set(named) <= _ENTITY_COLUMNS or not _PROPERTY.fullmatch(listed(row)):
        return False
    if "entity_id" not in named:
        return "label" in named and "update_if" not in named
    return "create_if" not in named or {"update_if", "label"} <= set(named)


def is_property(text: str) -> bool:
    """Whether other tools take what a `save_to` says."""
    return bool(_PROPERTY.fullmatch(text)) and text.casefold() not in ("name", "label")


def save_to(node: Mapping[str, Any]) -> str:
    """What a question saves of an entity."""
    other: Mapping[str, str] = node.get("other", {})
    found = (text for key, text in other.items() if keyword(key) in ("save_to", "saveto"))
    return next(found, "")
