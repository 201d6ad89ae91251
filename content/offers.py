"""What an admin may pick from when a service or guide refers to something by code.

Higher apps add their own: `OFFERS["protocols"] = function`. An offer answers pairs of
code and label in the active language. "protocol_steps" offers the steps of every protocol
as "case_cycle.assess".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Offer = Callable[[], Iterable[tuple[str, str]]]


def _from_list(list_code: str) -> Offer:
    """The values of a choice list; empty while an admin has not made the list."""

    def values() -> list[tuple[str, str]]:
        from config.shared.labels import pick
        from content.lists import list_values

        return [(code, pick(labels)) for code, labels in list_values(list_code).items()]

    return values


def _forms() -> list[tuple[str, str]]:
    """Every form there is."""
    from forms_builder.models import FormDefinition

    return [(form.code, form.title) for form in FormDefinition.objects.order_by("code")]


# Whether somebody may fill in a form of this spec; registry, which knows rights, answers.
MAY_FILL: list[Callable[[Any, Mapping[str, Any]], bool]] = []

OFFERS: dict[str, Offer] = {
    "service_form": _from_list("service_form"),
    "service_type": _from_list("service_type"),
    "payment": _from_list("payment"),
    "channel": _from_list("channel"),
    "forms": _forms,
}


def offered(name: str) -> Iterable[tuple[str, str]]:
    """What `name` offers now; nothing when no app offers it."""
    offer = OFFERS.get(name)
    return offer() if offer else []


def question_label(form_code: str, name: str) -> str:
    """What the newest version of a form asks under `name`; "" when it asks no such thing."""
    from config.shared.labels import pick
    from forms_builder.models import FormVersion
    from forms_builder.schema import places

    version = FormVersion.objects.filter(definition__code=form_code).order_by("-number").first()
    for place in places(version.spec) if version else ():
        if place.node["kind"] == "question" and place.node["name"] == name:
            return pick(place.node.get("labels")) or name
    return ""
