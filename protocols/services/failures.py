"""Protocols that could not react: kept where people see them, and tried again."""

from datetime import datetime, timedelta

from django.db import transaction

from protocols.models import Protocol, RunFailure, Step
from protocols.tasks import retry_failure
from registry.models import Submission

LONGEST_PAUSE = timedelta(hours=6)


def keep_failure(
    error: Exception,
    *,
    submission: Submission,
    now: datetime,
    protocol: Protocol | None = None,
    step: Step | None = None,
    event: str = "create",
) -> RunFailure:
    """Write the failure down and ask the worker to try again.

    Only the kind of error is kept: its text could hold answers.
    """
    failure, is_new = RunFailure.objects.get_or_create(
        submission=submission,
        protocol=protocol,
        step=step,
        event=event,
        resolved_at=None,
        defaults={
            "error": type(error).__name__,
            "failed_at": now,
            "next_try_at": now + pause_after(1),
        },
    )
    if is_new:
        transaction.on_commit(lambda: retry_failure.enqueue(failure.pk))
    return failure


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: a minute, doubling up to some hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def retry(failure_id: int, *, now: datetime) -> bool:
    """Try again; True when it worked or somebody else had made it work."""
    try:
        with transaction.atomic():
            failures = RunFailure.objects.select_for_update(skip_locked=True, of=("self",))
            failure = failures.filter(pk=failure_id, resolved_at__isnull=True).first()
            if failure is None:  # done meanwhile, or somebody is just at it
                return not RunFailure.objects.filter(
                    pk=failure_id, resolved_at__isnull=True
                ).exists()
            _repeat(failure, now)
            failure.resolved_at = now
            failure.save(update_fields=["resolved_at"])
    except Exception as error:
        _note_attempt(failure_id, error, now)
        return False
    return True


def _repeat(failure: RunFailure, now: datetime) -> None:
    from protocols.services.automatic import perform
    from protocols.services.evidence import give_evidence
    from protocols.services.triggers import start_protocol

    submission, step = failure.submission, failure.step
    if step is None:
        assert failure.protocol is not None
        start_protocol(failure.protocol, submission, event=failure.event, now=now)
    elif not step.is_open:
        return
    elif step.form_code and step.form_code == submission.form_version.spec["code"]:
        give_evidence(step, submission, now=now)
    else:
        perform(step, now=now)


def _note_attempt(failure_id: int, error: Exception, now: datetime) -> None:
    with transaction.atomic():
        failure = RunFailure.objects.select_for_update().get(pk=failure_id)
        failure.attempts += 1
        failure.error = type(error).__name__
        failure.next_try_at = now + pause_after(failure.attempts)
        failure.save(update_fields=["attempts", "error", "next_try_at"])
