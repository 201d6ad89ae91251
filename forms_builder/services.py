"""Writing forms and lists. An admin's clicks, a workbook and the demo come through here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from config.accounts.actors import Actor
from config.shared import definitions
from forms_builder.models import ChoiceList, ChoiceListVersion, FormDefinition, FormVersion


@transaction.atomic
def save_definition_draft(code: str, spec: Mapping[str, Any], actor: Actor) -> FormDefinition:
    """Make `spec` the newest draft of form `code`, new or existing; nothing is published.

    A draft that already says the same makes no new revision.
    """
    form = FormDefinition.objects.select_for_update().filter(code=code).first()
    if form is None:
        form = FormDefinition(code=code, live=False)
    return _save_draft(form, dict(spec), actor)


def publish_form(definition: FormDefinition, *, actor: Actor, now: datetime) -> FormVersion:
    """Publish the newest draft; the version in force afterwards. Raises ProblemsFound."""
    version: FormVersion = definitions.publish(definition, actor=actor.user, now=now)
    return version


@transaction.atomic
def keep_test(definition: FormDefinition, test: Mapping[str, Any], actor: Actor) -> None:
    """Add `test` to the draft; one of the same name is replaced."""
    form = FormDefinition.objects.select_for_update().get(pk=definition.pk)
    draft = form.get_latest_revision_as_object()
    others = [one for one in draft.tests if one.get("name") != test["name"]]
    draft.tests = [*others, dict(test)]
    draft.save_revision(user=actor.user, log_action=True, clean=False)


@transaction.atomic
def save_choice_list(
    code: str,
    labels: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    actor: Actor,
    source: str = "",
) -> ChoiceList:
    """Make these values the newest draft of list `code`; nothing is published."""
    found = ChoiceList.objects.select_for_update().filter(code=code).first()
    values = found or ChoiceList(code=code, live=False)
    spec = {"labels": dict(labels), "rows": [dict(row) for row in rows], "source": source}
    return _save_draft(values, spec, actor)


def publish_choice_list(
    definition: ChoiceList, *, actor: Actor, now: datetime
) -> ChoiceListVersion:
    """Publish the newest draft; the version in force afterwards. Raises ProblemsFound."""
    version: ChoiceListVersion = definitions.publish(definition, actor=actor.user, now=now)
    return version


DefinitionT = TypeVar("DefinitionT", FormDefinition, ChoiceList)


def _save_draft(definition: DefinitionT, spec: dict[str, Any], actor: Actor) -> DefinitionT:
    is_new = definition.pk is None
    draft = definition if is_new else definition.get_latest_revision_as_object()
    before = None if is_new else draft.build_spec()
    draft.apply_spec(spec)
    if is_new:
        draft.save()
    if draft.build_spec() != before:
        draft.save_revision(user=actor.user, log_action=True, clean=False)
    definition.refresh_from_db()
    return definition
