"""Changing a record's status and who works on it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import User
from registry import access, audit
from registry.models import ChangeKind, Record
from registry.rules import rules_of
from registry.services import records
from registry.services.acts import change_by, is_job, lock, require, require_fresh
from registry.services.errors import AnswersInvalid, MoveRefused
from registry.signals import record_transitioned


@transaction.atomic
def transition(
    *,
    record: Record,
    status: str,
    actor: Actor,
    now: datetime,
    expected_row_version: int | None,
    reason: str = "",
) -> Record:
    """Move a record to another status. The same status again changes nothing.

    Raises MoveRefused, StaleWrite, PermissionDenied; AnswersInvalid when a record that is
    opened again is no longer unique.
    """
    current = lock(record)
    require(actor, current, "transition")
    if current.status == status:
        return current
    require_fresh(current, expected_row_version, {"status": status}, {"status": current.status})
    rules, old = rules_of(current.register_id), current.status
    allowed = [move.name for move in rules.moves_from(old)]
    if status not in allowed:
        raise MoveRefused(rules.status_label(old), rules.status_label(status), allowed)
    current.status = status
    change = change_by(
        actor, now, ChangeKind.TRANSITION, reason=reason, legal_from=timezone.localdate(now)
    )
    problems = records.store(current, rules, change)
    if problems:
        raise AnswersInvalid(problems)
    audit.log(
        "registry.transition", actor=actor, instance=current, data={"old": old, "new": status}
    )
    record_transitioned.send(
        sender=Record, record=current, old=old, new=status, actor=actor, now=now
    )
    return current


@transaction.atomic
def assign(
    *, record: Record, assignee: User | None, actor: Actor, now: datetime, reason: str = ""
) -> Record:
    """Give a record to a person, or to nobody. Raises PermissionDenied.

    The new assignee must be able to read it once it is theirs.
    """
    current = lock(record)
    require(actor, current, "assign")
    if current.assignee_id == (assignee.pk if assignee else None):
        return current
    old = current.assignee_id
    current.assignee = assignee
    if assignee is not None and not access.may_on(assignee, current, "read"):
        raise PermissionDenied(_("This person has no right to read records of this register."))
    change = change_by(
        actor, now, ChangeKind.ASSIGN, reason=reason, legal_from=timezone.localdate(now)
    )
    records.store(current, rules_of(current.register_id), change)
    audit.log(
        "registry.assign",
        actor=actor,
        instance=current,
        data={"old": old, "new": current.assignee_id, "job": is_job(actor)},
    )
    return current
