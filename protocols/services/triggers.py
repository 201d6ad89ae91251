"""Protocols that a submission starts, inside its transaction, never at its cost."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.accounts.actors import Actor
from protocols import rules
from protocols.models import Event, Protocol, ProtocolVersion, Run
from protocols.services.events import ENGINE, log_event
from protocols.services.failures import keep_failure
from protocols.services.steps import begin_step
from registry.models import Submission

logger = logging.getLogger("dayaq.protocols")


def start_runs(
    submission: Submission, *, actor: Actor, now: datetime, event: str = "create"
) -> list[Run]:
    """Start every protocol in force that the submission triggers.

    Each is tried in its own savepoint: what fails is kept as a RunFailure and retried, and
    neither the submission nor the other protocols suffer.
    """
    runs = []
    for protocol in _listening(submission.form_version.spec["code"]):
        try:
            with transaction.atomic():
                run = start_protocol(protocol, submission, event=event, now=now, actor=actor)
        except Exception as error:
            logger.exception("protocol failed to start", extra={"protocol": protocol.code})
            keep_failure(error, submission=submission, protocol=protocol, event=event, now=now)
        else:
            runs += [run] if run else []
    return runs


def start_protocol(
    protocol: Protocol,
    submission: Submission,
    *,
    event: str,
    now: datetime,
    actor: Actor | None = None,
) -> Run | None:
    """Start the protocol's newest version, when it is triggered and was not before."""
    version = protocol.versions.first()
    if version is None or Run.objects.filter(protocol=protocol, submission=submission).exists():
        return None
    form, answers = submission.form_version.spec["code"], submission.answers
    today = timezone.localdate(now)
    if not rules.is_triggered(version.spec, form, answers, event=event, now=now, today=today):
        return None
    return _start(version, submission, actor=actor or Actor.system(ENGINE), now=now)


def _start(
    version: ProtocolVersion, submission: Submission, *, actor: Actor, now: datetime
) -> Run:
    run = Run.objects.create(
        version=version,
        protocol=version.definition,
        record=submission.record,
        submission=submission,
        started_at=now,
        context={"answers": submission.answers},
    )
    if submission.record is not None:
        run.records.add(submission.record)
    log_event(Event.Kind.STARTED, actor=actor, now=now, run=run)
    begin_step(run, version.spec["start"], actor=actor, now=now)
    return run


def _listening(form: str) -> Iterator[Protocol]:
    """Protocols in use whose newest version waits for the form."""
    versions = ProtocolVersion.objects.filter(definition__live=True)
    newest = versions.order_by("definition_id", "-number").distinct("definition_id")
    numbers = newest.values("pk")
    chosen = ProtocolVersion.objects.filter(pk__in=numbers, trigger_form=form)
    for version in chosen.select_related("definition").order_by("definition__code"):
        yield version.definition
