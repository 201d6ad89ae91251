"""What the clock does: ends waits, escalates lateness, tries protocols and letters again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet

from config.accounts.actors import Actor
from protocols import mailing, selectors
from protocols.deadlines import escalation_times
from protocols.models import Escalation, Event, Holiday, Notice, Referral, RunFailure, Step
from protocols.models.referrals import ReferralQuerySet
from protocols.models.runs import StepQuerySet
from protocols.services import failures
from protocols.services.events import ENGINE, log_event
from protocols.services.notices import tell
from protocols.services.steps import complete_step

logger = logging.getLogger("dayaq.protocols")
REFERRAL_ROLE = "supervisor"


@dataclass(frozen=True)
class Counts:
    """How much the clock has done."""

    waits_ended: int = 0
    steps_escalated: int = 0
    referrals_escalated: int = 0
    failures_resolved: int = 0
    letters_sent: int = 0


def run_deadlines(*, now: datetime) -> Counts:
    """Do all that is due at `now`. Any number may run at once; each thing is done once.

    Every step or referral is claimed by itself: one that fails is logged, keeps its place
    for the next time, and does not hold up the others.
    """
    waiting = Step.objects.to_check(now).order_by("next_check_at", "pk")
    # A step is held with its run, as everybody holds it (`steps.lock_run`).
    steps = Step.objects.select_related("run").select_for_update(
        skip_locked=True, of=("self", "run")
    )
    outcomes = [_claimed(steps, pk, now, _check_step) for pk in _ids(waiting)]
    referrals = _ids(Referral.objects.to_check(now).order_by("next_check_at", "pk"))
    unheld = Referral.objects.select_for_update(skip_locked=True, of=("self",))
    late = [_claimed(unheld, pk, now, _escalate_referral) for pk in referrals]
    unresolved = RunFailure.objects.filter(resolved_at__isnull=True, next_try_at__lte=now)
    return Counts(
        waits_ended=outcomes.count("waited"),
        steps_escalated=outcomes.count("escalated"),
        referrals_escalated=late.count("escalated"),
        failures_resolved=sum(failures.retry(pk, now=now) for pk in _ids(unresolved)),
        letters_sent=mailing.deliver_due(now=now),
    )


def _ids(rows: "QuerySet[Model]") -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _claimed(
    rows: StepQuerySet | ReferralQuerySet, pk: int, now: datetime, act: Callable[..., str]
) -> str:
    """Do `act` on the row when nobody else holds it and it still needs it."""
    try:
        with transaction.atomic():
            row = rows.to_check(now).filter(pk=pk).first()
            return act(row, now) if row is not None else ""
    except Exception:
        about = {"model": rows.model.__name__, "row_id": pk}
        logger.exception("deadline failed", extra=about)
        return ""


def _check_step(step: Step, now: datetime) -> str:
    if step.action["type"] == "wait":
        complete_step(step=step, actor=Actor.system(ENGINE), now=now)
        return "waited"
    return _escalate_step(step, now)


def _escalate_step(step: Step, now: datetime) -> str:
    """Climb every rung of the ladder whose time has come and set the clock to the next."""
    assert step.due_at is not None
    calendar = Holiday.objects.calendar()
    rungs = escalation_times(step.spec.get("on_overdue"), step.due_at, calendar)
    climbed = set(step.escalations.values_list("level", flat=True))
    ahead = [rung for rung in rungs if rung[0] not in climbed]
    for level, role, _at in [rung for rung in ahead if rung[2] <= now]:
        _report_step(step, level, role, now)
    later = [at for _level, _role, at in ahead if at > now]
    step.next_check_at = min(later, default=None)
    step.save(update_fields=["next_check_at"])
    return "escalated"


def _report_step(step: Step, level: int, role: str, now: datetime) -> None:
    Escalation.objects.create(step=step, level=level, role=role, at=now)
    people = selectors.holders_upwards(role, step.organization, step.area, now)
    if step.assignee is not None and step.assignee not in people:
        people.append(step.assignee)
    tell(people, Notice.Kind.OVERDUE, now=now, step=step)
    data = {"level": level, "role": role, "people": len(people)}
    log_event(Event.Kind.ESCALATED, actor=Actor.system(ENGINE), now=now, step=step, data=data)


def _escalate_referral(referral: Referral, now: datetime) -> str:
    """Tell the sender and the sender's leaders that no answer came."""
    step = referral.step
    overdue = step.spec.get("on_overdue", {}) if step else {}
    role = overdue.get("escalate_to", REFERRAL_ROLE)
    Escalation.objects.create(referral=referral, level=1, role=role, at=now)
    area = referral.record.district if referral.record else None
    people = selectors.holders_upwards(role, referral.from_organization, area, now)
    if referral.sent_by is not None and referral.sent_by not in people:
        people.append(referral.sent_by)
    tell(people, Notice.Kind.REFERRAL_OVERDUE, now=now, referral=referral)
    referral.next_check_at = None
    referral.save(update_fields=["next_check_at"])
    data = {"level": 1, "role": role, "people": len(people)}
    log_event(
        Event.Kind.ESCALATED, actor=Actor.system(ENGINE), now=now, referral=referral, data=data
    )
    return "escalated"
