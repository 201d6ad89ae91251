"""Submissions that complete steps."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.accounts.actors import Actor
from protocols import selectors
from protocols.models import Step
from protocols.services.events import ENGINE
from protocols.services.failures import keep_failure
from protocols.services.referrals import refer_by_form
from protocols.services.steps import complete_step
from registry.models import Submission

logger = logging.getLogger("dayaq.protocols")


def complete_by_submission(
    submission: Submission, *, actor: Actor, now: datetime, step_uuid: UUID | None = None
) -> list[Step]:
    """Complete the steps that waited for this form about this record.

    With `step_uuid`, the step that the person came from, only that one, if it is theirs to
    do: an address is no right. Each is tried in its own savepoint; a failure is kept and
    retried, the submission stays.
    """
    record = submission.record
    if step_uuid is None and (record is None or record.row_version == 1):
        return []  # nothing can wait about a record that this submission has just made
    done = []
    form = submission.form_version.spec["code"]
    steps = selectors.open_steps_awaiting(form, record, step_uuid)
    if step_uuid is not None and actor.user is not None:
        steps = steps.filter(selectors.doing_filter(actor.user, now))
    for step in steps:
        try:
            with transaction.atomic():
                done.append(give_evidence(step, submission, actor=actor, now=now))
        except Exception as error:
            logger.exception("evidence was not taken", extra={"step_id": step.pk})
            keep_failure(error, submission=submission, step=step, now=now)
    return done


def give_evidence(
    step: Step, submission: Submission, *, now: datetime, actor: Actor | None = None
) -> Step:
    """Complete `step` with `submission`."""
    actor = actor or Actor.system(ENGINE)
    if step.action["type"] == "refer":
        refer_by_form(step, submission, actor=actor, now=now)
    return complete_step(step=step, actor=actor, now=now, submission=submission)
