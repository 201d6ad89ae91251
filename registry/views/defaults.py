"""What a new draft holds before anyone types."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import User
from forms_builder.evaluation import initial_answers
from forms_builder.models import FormVersion
from forms_builder.rendering.structure import UNSEEN_TYPES
from registry import access
from registry.answers import items_of
from registry.models import Record
from registry.rules import rule_book
from registry.services.lookups import RecordLookups


def first_answers(version: FormVersion, user: User | None, now: datetime) -> dict[str, Any]:
    """The defaults of the form's questions outside repeats."""
    local = timezone.localtime(now)
    return initial_answers(
        version.spec,
        today=local.date(),
        now=local,
        lookups=RecordLookups(Actor(user=user, name=str(user))),
        compiled=version.compiled,
    )


def known_answers(version: FormVersion, user: User, record: Record) -> dict[str, Any]:
    """What the record says already, as answers to the questions that are kept on it.

    Only what this person may read: nobody sees through a form what the record hides.
    """
    rules = rule_book().by_id[record.register_id]
    fields = access.fields_for(user, record, rules)
    shown = fields.attributes(record, rules)
    return {
        item.key: shown[item.name]
        for item in items_of(version.spec)
        if item.name in shown
        and not item.is_repeat
        and not isinstance(shown[item.name], access.Masked)
        and fields.readable(item)
        and item.node.get("type") not in UNSEEN_TYPES
        and "calculation" not in item.node
    }
