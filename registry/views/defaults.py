"""What a new draft holds before anyone types."""

from collections.abc import Mapping
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
    """The defaults of the form's questions outside repeats, and what the server knows of the
    filling itself."""
    local = timezone.localtime(now)
    defaults = initial_answers(
        version.spec,
        today=local.date(),
        now=local,
        lookups=RecordLookups(Actor(user=user, name=str(user))),
        compiled=version.compiled,
    )
    return {**defaults, **about_filling(version.spec, user, local)}


def about_filling(spec: Mapping[str, Any], user: User | None, now: datetime) -> dict[str, Any]:
    """The answers that devices give in other tools: when it began, who fills it.

    When it ended is known at the end (forms_builder.reading); what a browser does not tell
    (its number, its SIM card) stays empty.
    """
    known = {
        "start": now.isoformat(timespec="milliseconds"),
        "today": now.date().isoformat(),
        "username": user.username if user else "",
        "email": user.email if user else "",
    }
    return {
        item.key: known[kind]
        for item in items_of(spec)
        if (kind := item.node.get("type", "")) in known and known[kind]
    }


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
