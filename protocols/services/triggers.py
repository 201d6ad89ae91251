"""Protocols that a submission starts, inside its transaction, never at its cost."""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.accounts.actors import Actor
from config.shared.db import stamp
from config.shared.kept import Kept
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
    for version in _listening.get().get(submission.form_version.spec["code"], []):
        protocol = version.definition
        try:
            if not _is_triggered(version, submission, event=event, now=now):
                continue
            with transaction.atomic():
                run = _start_once(version, submission, actor=actor, now=now)
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
    if version is None or not _is_triggered(version, submission, event=event, now=now):
        return None
    return _start_once(version, submission, actor=actor or Actor.system(ENGINE), now=now)


def _is_triggered(
    version: ProtocolVersion, submission: Submission, *, event: str, now: datetime
) -> bool:
    """Whether the answers start the protocol. Asks nothing of the database."""
    form, answers = submission.form_version.spec["code"], submission.answers
    today = timezone.localdate(now)
    return rules.is_triggered(version.spec, form, answers, event=event, now=now, today=today)


def _start_once(
    version: ProtocolVersion, submission: Submission, *, actor: Actor, now: datetime
) -> Run | None:
    before = Run.objects.filter(protocol=version.definition_id, submission=submission)
    return None if before.exists() else _start(version, submission, actor=actor, now=now)


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


# Changes whenever a protocol is published, withdrawn or taken into use again.
STAMP = """
SELECT ROW(
  (SELECT count(*) FROM protocols_protocolversion),
  (SELECT max(id) FROM protocols_protocolversion),
  (SELECT string_agg(id::text, ' ' ORDER BY id) FROM protocols_protocol WHERE live)
)::text
"""


def _newest_by_form() -> dict[str, list[ProtocolVersion]]:
    versions = ProtocolVersion.objects.filter(definition__live=True)
    newest = versions.order_by("definition_id", "-number").distinct("definition_id")
    by_form: dict[str, list[ProtocolVersion]] = defaultdict(list)
    for version in sorted(newest.select_related("definition"), key=lambda v: v.definition.code):
        by_form[version.trigger_form].append(version)
    return by_form


_listening = Kept(lambda: stamp("protocols in use", STAMP), _newest_by_form)
