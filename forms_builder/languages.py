"""The site's language policy: what people read is in Azerbaijani."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.schema import places

REQUIRED = "az"


def language_problems(spec: Mapping[str, Any]) -> list[Problem]:
    """Texts without Azerbaijani; none when the form's `any_language` setting lifts the rule."""
    if spec.get("settings", {}).get("any_language"):
        return []
    return list(_problems(spec))


def _problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    if _lacks(spec.get("labels")):
        yield Problem("language", _("Write the form's title in Azerbaijani."), "#labels")
    for place in places(spec):
        if _lacks(place.node.get("labels")):
            message = _("Write the label in Azerbaijani.")
            yield Problem("language", message, f"{place.path}#labels")
    for code, rows in spec.get("lists", {}).items():
        if any(_lacks(row.get("labels")) for row in rows):
            message = _("Write every value of list “{list}” in Azerbaijani.")
            yield Problem("language", message.format(list=code), f"lists/{code}")


def _lacks(labels: Mapping[str, str] | None) -> bool:
    """A text that exists, but not in the required language."""
    return bool(labels) and REQUIRED not in (labels or {})
