"""Writing organizations, legal acts, groups and services."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from config.accounts.actors import Actor
from config.shared import definitions
from content.models import LegalAct, Organization, Service, ServiceVersion, VulnerableGroup
from content.services.rows import by_codes, save_row

Spec = Mapping[str, Any]

_ORGANIZATION = {
    "name_az": "title_az",
    "name_en": "title_en",
    "abbr": "abbreviation",
    "kind": "kind",
    "description_az": "description_az",
    "description_en": "description_en",
    "email": "email",
    "url": "website",
    "phones": "phones",
    "legal_status": "legal_status",
    "data_roles": "data_roles",
    "named_in_seeds": "named_in_seeds",
    "seed_refs": "seed_refs",
    "note": "note",
}
_LEGAL_ACT = {
    "name_az": "title_az",
    "name_en": "title_en",
    "status": "status",
    "number": "number",
    "url": "url",
    "seed_refs": "seed_refs",
}
_GROUP = {
    "name_az": "title_az",
    "name_en": "title_en",
    "short": "short",
    "situation_az": "situation_az",
    "situation_en": "situation_en",
    "keywords": "keywords",
    "law_article": "law_article",
    "source": "source",
    "seed_refs": "seed_refs",
    "note": "note",
    "position": "position",
}
_SERVICE = {
    "name_az": "title_az",
    "name_en": "title_en",
    **{
        name: name
        for name in (
            "description_az",
            "description_en",
            "form",
            "types",
            "eligibility_az",
            "eligibility_en",
            "decision_days",
            "service_duration_days",
            "deadline_source",
            "payment",
            "related_forms",
            "related_protocols",
            "channels",
            "keywords",
            "seed_refs",
        )
    },
}


def _renamed(spec: Spec, names: Mapping[str, str]) -> dict[str, Any]:
    """The values of `spec` under our names; keys it lacks are left alone."""
    return {ours: spec[theirs] for theirs, ours in names.items() if theirs in spec}


def save_organization(code: str, spec: Spec, actor: Actor) -> Organization:
    """Make or change an organization.

    `spec`: name_az, name_en, abbr, kind, parent (code or ""), description_az,
    description_en, email, url, phones, legal_status, data_roles, named_in_seeds,
    seed_refs, note. Raises ProblemsFound when the parent is unknown.
    """
    values = _renamed(spec, _ORGANIZATION)
    if "parent" in spec:
        parents = [spec["parent"]] if spec["parent"] else []
        values["parent"] = next(iter(by_codes(Organization, parents, "parent")), None)
    return save_row(Organization, {"code": code}, values, actor)


def save_legal_act(code: str, spec: Spec, actor: Actor) -> LegalAct:
    """Make or change a legal act: name_az, name_en, status, number, url, seed_refs."""
    return save_row(LegalAct, {"code": code}, _renamed(spec, _LEGAL_ACT), actor)


def save_group(code: str, spec: Spec, actor: Actor) -> VulnerableGroup:
    """Make or change a group: name_az, name_en, short, situation_az, situation_en,
    keywords (one a line), law_article, source, seed_refs, note, position.
    """
    return save_row(VulnerableGroup, {"code": code}, _renamed(spec, _GROUP), actor)


@transaction.atomic
def save_service(code: str, spec: Spec, actor: Actor) -> Service:
    """Make `spec` the newest draft of service `code`; nothing is published.

    `spec` has the keys of the ministry's passports: name_az, name_en, description_az,
    form, types, target_groups, eligibility_az, documents [{code, az, en}], steps
    [{az, en}], decision_days, payment, providing_agencies, legal_basis, channels,
    refusal_reasons ... A draft that already says the same makes no new revision.
    Raises ProblemsFound for a group, organization or act that does not exist.
    """
    found = Service.objects.select_for_update().filter(code=code).first()
    draft = found.get_latest_revision_as_object() if found else Service(code=code, live=False)
    before = draft.build_spec() if found else None
    _apply(draft, spec)
    if found is None:
        draft.save()
    if draft.build_spec() != before:
        draft.save_revision(user=actor.user, log_action=True, clean=False)
    return Service.objects.get(pk=draft.pk)


def publish_service(definition: Service, *, actor: Actor, now: datetime) -> ServiceVersion:
    """Publish the newest draft; the version in force afterwards. Raises ProblemsFound."""
    version: ServiceVersion = definitions.publish(definition, actor=actor.user, now=now)
    return version


def _apply(draft: Service, spec: Spec) -> None:
    """Set the fields of `draft` that `spec` names."""
    for name, value in _renamed(spec, _SERVICE).items():
        setattr(draft, name, value)
    for name, kind in (
        ("documents", "document"),
        ("steps", "step"),
        ("refusal_reasons", "reason"),
    ):
        if name in spec:
            setattr(draft, name, [(kind, _texts(row)) for row in spec[name]])
    for name, model in (
        ("target_groups", VulnerableGroup),
        ("providing_agencies", Organization),
        ("legal_basis", LegalAct),
    ):
        if name in spec:
            getattr(draft, name).set(by_codes(model, list(spec[name]), name))


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a structured row; its number is its place."""
    return {key: value for key, value in row.items() if key in ("code", "az", "en")}
