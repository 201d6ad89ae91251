"""The one place that writes down what happened."""

from datetime import datetime
from typing import Any

from config.accounts.actors import Actor
from protocols.models import Event, Referral, Run, Step
from registry import audit

ENGINE = "protocols"


def log_event(
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    run: Run | None = None,
    step: Step | None = None,
    referral: Referral | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add to the history of the run, step or referral, and to the audit trail.

    `data` holds codes, ids and reasons; never answers.
    """
    run = run or (step.run if step else None)
    event = Event.objects.create(
        run=run,
        step=step,
        referral=referral,
        kind=kind,
        at=now,
        user=actor.user,
        actor_name=actor.name,
        actor_role=actor.role,
        data=data or {},
    )
    record = run.record if run else referral.record if referral else None
    instance = record or run or referral
    if instance is None:
        return event
    about = {
        "run": run and str(run.uuid),
        "protocol": run and run.version.spec["code"],
        "step": step and step.code,
        "referral": referral and str(referral.uuid),
    }
    named = {key: value for key, value in about.items() if value}
    audit.log(f"protocols.{kind}", actor=actor, instance=instance, data=named | (data or {}))
    return event
