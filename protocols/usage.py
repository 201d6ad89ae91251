"""Where protocols use a form, a question or a legal act of another app."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.shared.labels import pick
from forms_builder.usage import Usage
from protocols.checks import referred_fields
from protocols.models import Protocol, ProtocolVersion
from protocols.schema import Spec, form_of


def newest_versions() -> "QuerySet[ProtocolVersion]":
    """The newest version of every protocol that is in use."""
    versions = ProtocolVersion.objects.filter(definition__live=True)
    return versions.order_by("definition_id", "-number").distinct("definition_id")


def find_usages(kind: str, code: str) -> Iterator[Usage]:
    """Plug-in of `forms_builder.usage.USAGE_FINDERS`."""
    if kind == "legal_act":
        yield from _resting_on(code)
    if kind not in ("form", "field"):
        return
    for version in newest_versions().select_related("definition"):
        uses = _form_uses if kind == "form" else _field_uses
        for place in dict.fromkeys(uses(version.spec, code)):
            label = _("protocol {protocol}, {place}").format(
                protocol=version.spec["code"], place=place
            )
            yield Usage(label, _editor_url(version))


def _resting_on(act: str) -> Iterator[Usage]:
    """The protocols whose legal basis names `act`."""
    for version in newest_versions().filter(spec__legal_basis__contains=[act]):
        title = _("Protocol: {title}").format(title=pick(version.spec["labels"]))
        yield Usage(title, _editor_url(version))


def protocol_offer() -> list[tuple[str, str]]:
    """Every protocol, as services and guides offer them to their editors."""
    return [(protocol.code, protocol.title) for protocol in Protocol.objects.order_by("code")]


def step_offer() -> list[tuple[str, str]]:
    """Every step of the protocols in use, as "case_cycle.assess"."""
    return [
        (f"{version.spec['code']}.{step['code']}", pick(step["labels"]))
        for version in newest_versions()
        for step in version.spec["steps"]
    ]


def _form_uses(spec: Spec, code: str) -> Iterator[str]:
    if spec["trigger"]["form"] == code:
        yield _("trigger")
    for step in spec["steps"]:
        contexts = {move.get("context") for move in step.get("transitions", ())}
        if form_of(step) == code or code in contexts:
            yield _("step {code}").format(code=step["code"])


def _field_uses(spec: Spec, code: str) -> Iterator[str]:
    form, _dot, name = code.partition(".")
    for path, used_form, used_name in referred_fields(spec):
        if (used_form, used_name) == (form, name):
            yield _place(spec, path)


def _place(spec: Spec, path: str) -> str:
    parts = path.split("/")
    if parts[0] != "steps":
        return _("trigger")
    return _("step {code}").format(code=spec["steps"][int(parts[1])]["code"])


def _editor_url(version: ProtocolVersion) -> str:
    return reverse("wagtailsnippets_protocols_protocol:edit", args=[version.definition_id])
