"""What changed between two frozen versions, in words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick

NAMING_KEYS = ("code", "name", "id")
KINDS: dict[str, str | Promise] = {
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("changed"),
    "moved": _("moved"),
}


@dataclass(frozen=True)
class Change:
    """One difference: `kind` is a key of KINDS, `place` says where in words."""

    kind: str
    place: str
    before: str = ""
    after: str = ""

    @property
    def kind_label(self) -> str | Promise:
        """The kind in the active language."""
        return KINDS[self.kind]


def differences(before: Any, after: Any, place: str = "") -> Iterator[Change]:
    """Every added, removed or changed value of two JSON trees.

    Items of a list are matched by their code, name or id, else by position.
    """
    if before == after:
        return
    left, right = _as_map(before), _as_map(after)
    if left is None or right is None:
        yield Change("changed", place, in_words(before), in_words(after))
        return
    yield from _map_differences(left, right, place)


def _map_differences(
    left: Mapping[str, Any], right: Mapping[str, Any], place: str
) -> Iterator[Change]:
    for key in [*left, *(key for key in right if key not in left)]:
        here = f"{place} › {key}" if place else key
        if key not in right:
            yield Change("removed", here, before=in_words(left[key]))
        elif key not in left:
            yield Change("added", here, after=in_words(right[key]))
        else:
            yield from differences(left[key], right[key], here)


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON tree as (where, in words)."""
    items = None if _is_text(value) else _as_map(value)
    if not items:
        yield place, in_words(value)
        return
    for key, item in items.items():
        yield from leaves(item, f"{place} › {key}" if place else key)


def _is_text(value: Any) -> bool:
    """Whether `value` is one text in several languages."""
    return (
        isinstance(value, Mapping)
        and bool({"az", "en"} & set(value))
        and all(isinstance(item, str) for item in value.values())
    )


def _as_map(value: Any) -> Mapping[str, Any] | None:
    """A map, or a list of named things by their names; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return None
    for key in NAMING_KEYS:
        names = [str(item.get(key, "")) for item in value]
        if all(names) and len(set(names)) == len(names):
            return dict(zip(names, value, strict=True))
    return {str(index): item for index, item in enumerate(value, start=1)}


def in_words(value: Any) -> str:
    """A JSON value as one line: labels in the active language, lists with commas."""
    if value is True:
        return str(_("yes"))
    if value is False or value is None:
        return str(_("no"))
    if isinstance(value, Mapping):
        return _map_in_words(value)
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    return str(value)


def _map_in_words(value: Mapping[str, Any]) -> str:
    if _is_text(value):
        return pick(value)
    if text := next((value[key] for key in NAMING_KEYS if value.get(key)), ""):
        labels = value.get("labels") or value.get("title")
        return f"{text} ({pick(labels)})" if isinstance(labels, Mapping) else str(text)
    return json.dumps(value, ensure_ascii=False)
