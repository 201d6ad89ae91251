"""Storing a record with everything that follows from its attributes."""

from collections.abc import Mapping
from typing import Any

from config.shared.problems import Problem
from config.shared.statements import Batch
from content.models import Place
from registry.models import Change, Record
from registry.rules import Rules
from registry.services.errors import AnswersInvalid
from registry.services.filling import describe
from registry.services.numbers import next_key
from registry.services.unique import claim_values


def create(
    rules: Rules,
    attributes: Mapping[str, Any],
    change: Change,
    *,
    place: Place | None,
    person: Record | None = None,
    batch: Batch | None = None,
) -> Record:
    """Store a new record in its first status; with `batch`, when that runs.

    Raises AnswersInvalid when it is not unique.
    """
    key, pk = next_key(rules, change.now)
    record = Record(
        pk=pk,
        register_id=rules.register_id,
        key=key,
        status=rules.initial_status,
        attributes=dict(attributes),
        organization_id=change.actor.organization_id,
        district=place,
        person=person,
        created_by=change.actor.user,
        created_at=change.now,
    )
    problems = store(record, rules, change, batch)
    if problems:
        raise AnswersInvalid(problems)
    return record


def store(
    record: Record, rules: Rules, change: Change, batch: Batch | None = None
) -> list[Problem]:
    """Store the record's new state as one more version; returns uniqueness it breaks."""
    record.updated_at = change.now
    if not rules.is_closed(record.status):
        record.closed_at = None
    elif record.closed_at is None:
        record.closed_at = change.now
    describe(record, rules)
    record.save_tracked(change, batch)
    return claim_values(record, rules, change.actor)
