"""Referrals: sending, answering, taking back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.labels import pick
from content.models import Organization
from protocols import rules
from protocols.deadlines import due_at
from protocols.models import (
    NEEDS_REASON,
    NEEDS_RESULT,
    RECEIVER_MOVES,
    SENDER_MOVES,
    Event,
    Notice,
    Referral,
    Step,
)
from protocols.models.calendar import working_calendar
from protocols.services.events import log_event
from protocols.services.notices import tell, tell_organizations
from registry.models import Record, Submission
from registry.rules import rule_book
from registry.services.filling import attributes_of

SHARED_DAYS = 90


class ReferralRefused(Exception):
    """The referral cannot be moved so; the message says why and what to do."""


@dataclass(frozen=True)
class Request:
    """What is asked of an organization: why, which fields it may read, until when."""

    purpose: str
    until: date
    fields: tuple[str, ...] = field(default=())


@transaction.atomic
def send_referral(
    *,
    record: Record | None,
    organization: Organization,
    request: Request,
    actor: Actor,
    now: datetime,
    step: Step | None = None,
) -> Referral:
    """Send a referral; its answer is due when the step's term, begun now, ends."""
    if not request.purpose.strip():
        raise ReferralRefused(_("Say what is asked of the organization."))
    if request.until < timezone.localdate(now):
        raise ReferralRefused(_("The last day of reading has already passed."))
    due = _answer_due(step, now)
    referral = Referral.objects.create(
        record=record,
        step=step,
        from_organization_id=_sending_body(step, actor),
        to_organization=organization,
        purpose=request.purpose,
        fields=list(request.fields),
        until=request.until,
        sent_by=actor.user,
        sent_at=now,
        due_at=due,
        next_check_at=due,
    )
    data = {"to": organization.code, "fields": list(request.fields)}
    log_event(
        Event.Kind.REFERRED, actor=actor, now=now, step=step, referral=referral, data=data
    )
    tell_organizations([organization], Notice.Kind.REFERRAL, now=now, referral=referral)
    return referral


def _sending_body(step: Step | None, actor: Actor) -> int | None:
    """Whose referral it is: of the body whose step sends it, wherever else the sender has a
    post; that body's people see it and answer for it."""
    if step is not None and step.organization_id is not None:
        return step.organization_id
    return actor.organization_id


@transaction.atomic
def send_for_step(
    *,
    step: Step,
    organizations: Iterable[Organization],
    request: Request,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> list[Referral]:
    """Send the referrals of a `refer` step and complete it."""
    from protocols.services.steps import complete_step, lock_open

    step = lock_open(step)
    referrals = [
        send_referral(
            record=step.run.record,
            organization=organization,
            request=request,
            actor=actor,
            now=now,
            step=step,
        )
        for organization in organizations
    ]
    if not referrals:
        raise ReferralRefused(_("Choose an organization."))
    complete_step(step=step, actor=actor, now=now, note=note)
    return referrals


def refer_by_form(step: Step, submission: Submission, *, actor: Actor, now: datetime) -> None:
    """Referrals for a `refer` step that was completed with its form.

    What the sender wrote in that form is meant for the receiver, so that is shared; what the
    record knows from other forms is not.
    """
    codes = rules.organization_codes(step.action, step.run.answers)
    until = timezone.localdate(now) + timedelta(days=SHARED_DAYS)
    record = submission.record or step.run.record
    fields = tuple(_said_in(submission))
    for organization in Organization.objects.filter(code__in=codes):
        send_referral(
            record=record,
            organization=organization,
            request=Request(pick(step.spec["labels"], "az"), until, fields),
            actor=actor,
            now=now,
            step=step,
        )


def _said_in(submission: Submission) -> set[str]:
    """The questions that a form answered, and the attributes that the answers went to."""
    if submission.record is None:
        return set()
    spec, answers = submission.form_version.spec, submission.answers
    known = rule_book().by_id[submission.record.register_id]
    return {*answers, *attributes_of(spec, answers, known)}


@transaction.atomic
def open_referral(*, referral: Referral, actor: Actor, now: datetime) -> Referral:
    """Note that the receiver has seen it; nothing happens the second time."""
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if referral.state == Referral.State.SENT:
        referral.state = Referral.State.SEEN
        _store(referral)
        data = {"state": referral.state}
        log_event(Event.Kind.ANSWERED, actor=actor, now=now, referral=referral, data=data)
    return referral


@transaction.atomic
def move_referral(
    *,
    referral: Referral,
    state: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    result: str = "",
    starts_on: date | None = None,
    by_sender: bool = False,
) -> Referral:
    """Accept, decline, return, finish or revoke a referral.

    `starts_on` is when the receiver means to begin, said with an acceptance. Raises
    ReferralRefused when the move is not open from the present state, or when the reason
    (declined, returned, revoked) or the result (done) is missing.
    """
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    _check_move(referral, state, reason, result, by_sender)
    referral.state = state
    referral.reason, referral.result = reason or referral.reason, result or referral.result
    referral.starts_on = (starts_on if state == "accepted" else None) or referral.starts_on
    referral.answered_at = referral.answered_at or now
    referral.next_check_at = None
    if state in ("declined", "done", "returned", "revoked"):
        referral.closed_at = now
    _store(referral)
    data = {"state": state, "reason": reason}
    log_event(Event.Kind.ANSWERED, actor=actor, now=now, referral=referral, data=data)
    _tell_other_side(referral, now, by_sender)
    return referral


def _check_move(
    referral: Referral, state: str, reason: str, result: str, by_sender: bool
) -> None:
    moves = SENDER_MOVES if by_sender else RECEIVER_MOVES
    if state not in moves.get(referral.state, ()):
        message = _("The referral is already “{state}”; look at it again.")
        raise ReferralRefused(message.format(state=referral.get_state_display()))
    if state in NEEDS_REASON and not reason.strip():
        raise ReferralRefused(_("Say why, so that the other side knows what to do."))
    if state in NEEDS_RESULT and not result.strip():
        raise ReferralRefused(_("Say what was done."))


def _tell_other_side(referral: Referral, now: datetime, by_sender: bool) -> None:
    kind = Notice.Kind.REFERRAL_ANSWERED
    if by_sender:
        tell_organizations([referral.to_organization], kind, now=now, referral=referral)
    elif referral.sent_by is not None:
        tell([referral.sent_by], kind, now=now, referral=referral)


def _answer_due(step: Step | None, now: datetime) -> datetime | None:
    due = step.spec.get("due") if step else None
    return due_at(now, due["value"], due["unit"], working_calendar()) if due else None


def _store(referral: Referral) -> None:
    referral.row_version += 1
    referral.save()
