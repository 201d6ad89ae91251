"""Giving the steps of an absent colleague to another one, many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import User
from protocols.models import Step
from protocols.services.steps import StepRefused, assign_step
from registry.models import Record
from registry.services import assign


@dataclass
class HandedOver:
    """What was given, and the reason for each that was not."""

    steps: list[Step] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    refused: list[tuple[Step, str]] = field(default_factory=list)


def hand_over(
    steps: Iterable[Step],
    *,
    assignee: User,
    actor: Actor,
    now: datetime,
    reason: str,
    with_records: bool = False,
) -> HandedOver:
    """Give each of `steps` to `assignee`; one that cannot be given does not stop the others.

    `with_records` makes the new person also the caseworker of the steps' records, where
    `actor` may do that. Raises StepRefused when no reason is given.
    """
    if not reason.strip():
        raise StepRefused(_("Say why the steps change hands, for example “on sick leave”."))
    outcome = HandedOver()
    for step in steps:
        try:
            with transaction.atomic():
                _give(step, outcome, assignee, actor, now, reason, with_records)
        except (StepRefused, PermissionDenied) as refusal:
            outcome.refused.append((step, str(refusal)))
    return outcome


def _give(
    step: Step,
    outcome: HandedOver,
    assignee: User,
    actor: Actor,
    now: datetime,
    reason: str,
    with_records: bool,
) -> None:
    record = step.run.record
    if with_records and record is not None and record not in outcome.records:
        assign(record=record, assignee=assignee, actor=actor, now=now, reason=reason)
        outcome.records.append(record)
    assign_step(step=step, assignee=assignee, actor=actor, now=now, reason=reason)
    outcome.steps.append(step)
