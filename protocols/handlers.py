"""What protocols hear from the registry and from publishing."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from config.accounts.actors import Actor
from protocols.services import complete_by_submission, start_runs
from registry.models import Record, Submission
from registry.signals import record_amended, record_submitted


@receiver(record_submitted, dispatch_uid="protocols-submitted")
def on_submitted(
    sender: Any,
    submission: Submission,
    record: Record | None,
    actor: Actor,
    now: datetime,
    **kwargs: Any,
) -> None:
    """Complete the steps that waited for this form, then start what it triggers."""
    step_uuid = kwargs.get("protocol_step")
    complete_by_submission(submission, actor=actor, now=now, step_uuid=step_uuid)
    start_runs(submission, actor=actor, now=now)


@receiver(record_amended, dispatch_uid="protocols-amended")
def on_amended(
    sender: Any,
    submission: Submission,
    record: Record | None,
    actor: Actor,
    now: datetime,
    **kwargs: Any,
) -> None:
    """Start what amended answers trigger."""
    start_runs(submission, actor=actor, now=now, event="update")
