"""Steps that the machine does itself."""

import logging
from datetime import datetime

from django.db import transaction

from config.accounts.actors import Actor
from config.shared.labels import in_all
from protocols.models import Step
from protocols.services.events import ENGINE
from protocols.services.failures import keep_failure
from protocols.services.steps import complete_step

logger = logging.getLogger("dayaq.protocols")


def do_automatic(step: Step, *, now: datetime) -> None:
    """Do the step in a savepoint; when that fails it stays open, visibly, and is retried."""
    try:
        with transaction.atomic():
            perform(step, now=now)
    except Exception as error:
        logger.exception("automatic step failed", extra={"step_id": step.pk})
        keep_failure(error, submission=step.run.submission, step=step, now=now)


def perform(step: Step, *, now: datetime) -> None:
    """Set the status when that is asked, and complete the step."""
    actor = Actor.system(ENGINE)
    action = step.action
    if action["type"] == "set_status":
        _set_status(step, action["status"], actor=actor, now=now)
    complete_step(step=step, actor=actor, now=now)


def _set_status(step: Step, status: str, *, actor: Actor, now: datetime) -> None:
    from registry.models import Record
    from registry.services import transition

    record = step.run.record
    if record is None:
        return
    current = Record.objects.get(pk=record.pk)
    if current.status == status:
        return
    transition(
        record=current,
        status=status,
        actor=actor,
        now=now,
        expected_row_version=current.row_version,
        reason=in_all(step.spec["labels"]),
    )
