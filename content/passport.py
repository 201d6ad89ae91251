"""What a service version freezes, and what is missing before it may be published.

The spec carries the labels of everything it names, as they were, so an old version reads
the same for ever:

    {"schema": 1, "code", "labels", "description", "eligibility": {"az", "en"},
     "form" (one), "types", "target_groups", "payment", "channels",
     "providing_agencies", "legal_basis": [TERM], "documents": [TERM],
     "steps", "refusal_reasons": [{"az", "en"}], "decision_days", "service_duration_days",
     "deadline_source", "related_forms", "related_protocols": [code], "keywords", "seed_refs"}
    TERM = {"code", "az", "en"?}
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from content.lists import CODE_LISTS, labelled, list_values

if TYPE_CHECKING:
    from content.models.catalogue import Service


def both(az: str, en: str) -> dict[str, str]:
    """The languages that have text."""
    return {key: text for key, text in (("az", az), ("en", en)) if text}


class Term(Protocol):
    """A row that has a code and a title."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def labels(self) -> dict[str, str]:
        """Its title by language."""


def terms(rows: Iterable[Term]) -> list[dict[str, str]]:
    """Rows with a code as TERMs, in the order of their codes."""
    found = [{"code": row.code, **row.labels} for row in rows]
    return sorted(found, key=lambda term: term["code"])


def pairs(stream: Any) -> list[dict[str, str]]:
    """The blocks of a stream as plain rows, without empty values."""
    return [{key: value for key, value in block.value.items() if value} for block in stream]


def chosen(service: "Service", name: str) -> list[str]:
    """The codes in field `name`, one or several."""
    value = getattr(service, name)
    return [value] if value and isinstance(value, str) else list(value)


def service_spec(service: "Service") -> dict[str, Any]:
    """The frozen content of `service`; the module says its shape."""
    return {
        "schema": 1,
        "code": service.code,
        "labels": both(service.title_az, service.title_en),
        "description": both(service.description_az, service.description_en),
        "eligibility": both(service.eligibility_az, service.eligibility_en),
        **{name: labelled(code, chosen(service, name)) for name, code in CODE_LISTS.items()},
        "target_groups": terms(service.target_groups.all()),
        "providing_agencies": terms(service.providing_agencies.all()),
        "legal_basis": terms(service.legal_basis.all()),
        "documents": pairs(service.documents),
        "steps": pairs(service.steps),
        "refusal_reasons": pairs(service.refusal_reasons),
        "decision_days": service.decision_days,
        "service_duration_days": service.service_duration_days,
        "deadline_source": service.deadline_source,
        "related_forms": service.related_forms,
        "related_protocols": service.related_protocols,
        "keywords": service.keywords.splitlines(),
        "seed_refs": service.seed_refs,
    }


def service_problems(service: "Service") -> list[Problem]:
    """Everything that forbids publishing `service`."""
    missing = [
        Problem("required", _("Fill this in before publishing."), path=name)
        for name in ("title_az", "description_az", "form")
        if not getattr(service, name)
    ]
    return missing + _unknown_values(service)


def _unknown_values(service: "Service") -> list[Problem]:
    """Codes that their list does not have; a list that nobody made yet forbids nothing."""
    problems = []
    for name, list_code in CODE_LISTS.items():
        values = list_values(list_code)
        problems += [
            Problem("choice", _unknown_text(code, list_code), path=name)
            for code in chosen(service, name)
            if values and code not in values
        ]
    return problems


def _unknown_text(code: str, list_code: str) -> str:
    """The sentence for a value that its list lacks."""
    text = _("The list “%(list)s” has no value “%(code)s”. Choose one from the list.")
    return text % {"list": list_code, "code": code}
