"""Correcting what was sent in: the old answers stay in the history."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from registry import access, audit
from registry.answers import Item, items_of
from registry.correcting import knows_all, own_until, withheld_from_amender
from registry.models import Change, ChangeKind, Record, Submission
from registry.services import records
from registry.services.acts import change_by, is_job, lock, require, require_fresh
from registry.services.errors import AnswersInvalid
from registry.services.files import claim_files
from registry.services.filling import attributes_of, place_named
from registry.services.persons import person_answers, person_for
from registry.services.submitting import evaluated, rules_named
from registry.signals import record_amended

Json = dict[str, Any]


@transaction.atomic
def amend(
    *,
    submission: Submission,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    expected_row_version: int,
    reason_code: str,
    reason: str = "",
) -> Submission:
    """Replace the answers of a submission, judged by the form version it was filled in.

    Answers that the writer may not read stay as they are. The record's attributes, person
    and place follow. Raises AnswersInvalid, StaleWrite, PermissionDenied.
    """
    record = lock(submission.record) if submission.record else None
    current = _locked(submission)
    _require_right(current, record, actor, now)
    before = current.answers
    require_fresh(current, expected_row_version, answers, _shown(current, record, actor))
    wanted = _with_hidden(answers, current, actor, record)
    withheld = withheld_from_amender(actor, current.form_version, current, record)
    kept = evaluated(
        current.form_version, wanted, actor, now, previous=before, withheld=withheld
    )
    if kept == before:
        return current
    change = change_by(
        actor,
        now,
        ChangeKind.AMEND,
        version=current.form_version,
        submission=current,
        legal_from=timezone.localdate(now),
        reason=reason,
        reason_code=reason_code,
    )
    current.answers, current.state = kept, Submission.State.AMENDED
    current.save_tracked(change)
    if record is not None:
        _follow(record, current, before, change)
        current.record = record
    claim_files(current, kept, actor)
    _announce(current, record, actor, now, reason_code)
    return current


def _locked(submission: Submission) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",)).select_related("form_version")
    return rows.get(pk=submission.pk)


def _require_right(
    submission: Submission, record: Record | None, actor: Actor, now: datetime
) -> None:
    """Who may amend the record may; the writer too, within the form's hours."""
    if is_job(actor):
        return
    if own_until(submission, actor.user, now) is not None:
        return
    if record is None:
        raise PermissionDenied(_("The time for corrections has passed."))
    require(actor, record, "amend")


def _shown(submission: Submission, record: Record | None, actor: Actor) -> Json:
    """The answers as they stand, masked for the writer."""
    if is_job(actor) or record is None:
        return dict(submission.answers)
    fields = access.fields_for(actor.user, record)
    return fields.mask(submission.answers, submission.form_version.spec)


def _with_hidden(
    answers: Mapping[str, Any], submission: Submission, actor: Actor, record: Record | None
) -> Json:
    """`answers` with the old value wherever the writer may not read the question.

    Whoever typed the old values, and nobody else since, knows them all.
    """
    if is_job(actor) or record is None or knows_all(submission, actor.user):
        return dict(answers)
    fields = access.fields_for(actor.user, record)
    kept, before = dict(answers), submission.answers
    for item in items_of(submission.form_version.spec):
        if not _whole(item, fields):
            for key in (item.key, item.other):
                kept.pop(key, None)
                if key in before:
                    kept[key] = before[key]
    return kept


def _whole(item: Item, fields: access.Fields) -> bool:
    """Whether the writer may read the question, and in a repeat every question of a row."""
    if not item.is_repeat:
        return fields.readable(item)
    return all(_whole(inner, fields) for inner in item.inner)


def _follow(
    record: Record, submission: Submission, before: Mapping[str, Any], change: Change
) -> None:
    """Let the record say what its submissions say now, the newest one last."""
    spec = submission.form_version.spec
    rules = rules_named(record.register.code)
    was, now = (
        attributes_of(spec, before, rules),
        attributes_of(spec, submission.answers, rules),
    )
    overruled = _said_later(record, submission, rules)
    for name in (was.keys() | now.keys()) - overruled:
        if name in now:
            record.attributes[name] = now[name]
        elif record.attributes.get(name) == was[name]:
            del record.attributes[name]
    place = place_named(spec, submission.answers)
    if place is not None and "district" not in overruled:
        record.district = place
    said, said_before = person_answers(spec, submission.answers), person_answers(spec, before)
    if said:
        # The reason stays with the form: whoever may see the person may not even know of it.
        person_change = replace(change, kind=ChangeKind.CORRECT, reason="")
        person = person_for(said, person_change, place, said_before)
        record.person = person or record.person
    problems = records.store(record, rules, change)
    if problems:
        raise AnswersInvalid(problems)


def _said_later(record: Record, submission: Submission, rules: Any) -> set[str]:
    """The attributes that a later submission of the record has set since."""
    later = record.submissions.select_related("form_version").filter(
        submitted_at__gte=submission.submitted_at, pk__gt=submission.pk
    )
    named: set[str] = set()
    for row in later:
        named |= attributes_of(row.form_version.spec, row.answers, rules).keys()
    return named


def _announce(
    submission: Submission,
    record: Record | None,
    actor: Actor,
    now: datetime,
    reason_code: str,
) -> None:
    audit.log(
        "registry.amend",
        actor=actor,
        instance=record or submission,
        data={
            "submission": str(submission.uuid),
            "row_version": submission.row_version,
            "reason": reason_code,
        },
    )
    if record is not None:
        record_amended.send(
            sender=Record, submission=submission, record=record, actor=actor, now=now
        )
