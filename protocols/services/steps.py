"""Doing steps: taking, giving, completing; what follows opens by itself."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import User
from protocols import rules, selectors
from protocols.letters import is_followed
from protocols.models import Event, Notice, Run, Step
from protocols.schema import FILLING, decisions_of, is_automatic, option_of
from protocols.services.events import ENGINE, log_event
from protocols.services.notices import tell
from protocols.services.opening import open_step
from registry.models import Submission


class StepRefused(Exception):
    """The step cannot be done so; the message says why and what to do."""


class StepMoved(StepRefused):
    """Somebody else was faster: the step is not as the reader saw it."""


@transaction.atomic
def complete_step(
    *,
    step: Step,
    actor: Actor,
    now: datetime,
    decision: str = "",
    submission: Submission | None = None,
    note: str = "",
    letter: str = "",
) -> Step:
    """Mark `step` done, with its decision or evidence, and open what follows.

    `letter` are words to the citizen whose request began the run.

    Raises StepMoved when it is no longer open, StepRefused when the decision, the evidence
    or the remark is missing, rules.NoWayOn when the definition has no way on.
    """
    step = lock_open(step)
    _check(step, decision, submission, note)
    _check_letter(step, decision, letter)
    step.letter = letter
    step.state = Step.State.DONE
    step.decision, step.evidence, step.note = decision, submission, note
    step.done_at, step.done_by = now, actor.user
    _store(step)
    if submission is not None and submission.record is not None:
        step.run.records.add(submission.record)
    data = {"decision": decision, "submission": submission and str(submission.uuid)}
    known = {key: value for key, value in data.items() if value}
    log_event(Event.Kind.COMPLETED, actor=actor, now=now, step=step, data=known)
    advance(step, actor=actor, now=now)
    return step


def advance(step: Step, *, actor: Actor, now: datetime) -> None:
    """Open the step after a finished one, or end the run."""
    run = step.run
    contexts = rules.Contexts(
        trigger=run.answers,
        now=now,
        today=timezone.localdate(now),
        forms=selectors.run_forms(run),
        decision=step.decision,
    )
    code = rules.next_step(run.version.spec, step.code, contexts)
    if code is None:
        end_run(run, actor=actor, now=now)
    else:
        begin_step(run, code, actor=actor, now=now)


def begin_step(run: Run, code: str, *, actor: Actor, now: datetime) -> Step:
    """Open a step; what needs nobody is done at once."""
    step = open_step(run, code, actor=actor, now=now)
    if is_automatic(step.spec):
        from protocols.services.automatic import do_automatic

        do_automatic(step, now=now)
    return step


def end_run(run: Run, *, actor: Actor, now: datetime) -> None:
    """Close the run."""
    run.state, run.ended_at = Run.State.DONE, now
    run.save(update_fields=["state", "ended_at"])
    log_event(Event.Kind.ENDED, actor=actor, now=now, run=run)


@transaction.atomic
def claim_step(*, step: Step, actor: Actor, now: datetime) -> Step:
    """Take an open step that nobody has. Raises StepMoved when somebody has."""
    step = lock_open(step)
    if step.assignee_id is not None:
        message = _("{person} has already taken this step.")
        raise StepMoved(message.format(person=step.assignee))
    step.assignee = actor.user
    _store(step)
    log_event(Event.Kind.CLAIMED, actor=actor, now=now, step=step)
    return step


@transaction.atomic
def assign_step(
    *, step: Step, assignee: User | None, actor: Actor, now: datetime, reason: str = ""
) -> Step:
    """Give an open step to a colleague who holds its role, or back to all of them (None).

    Raises StepMoved when it is done, StepRefused when the person does not hold the role.
    """
    step = lock_open(step)
    if assignee is not None:
        members = selectors.team_members(assignee, step, now)
        if not members.filter(pk=assignee.pk).exists():
            raise StepRefused(_("This person does not hold the role that the step needs."))
    before = step.assignee_id
    step.assignee = assignee
    _store(step)
    data = {"from": before, "to": assignee.pk if assignee else None, "reason": reason}
    log_event(Event.Kind.ASSIGNED, actor=actor, now=now, step=step, data=data)
    if assignee is not None and assignee != actor.user:
        tell([assignee], Notice.Kind.ASSIGNED, now=now, step=step)
    return step


@transaction.atomic
def cancel_run(*, run: Run, actor: Actor, now: datetime, reason: str) -> Run:
    """Stop a run that should not go on; its open steps are cancelled. A reason is needed."""
    if not reason.strip():
        raise StepRefused(_("Say why the protocol is stopped."))
    run = lock_run(run.pk)
    if run.state != Run.State.OPEN:
        raise StepMoved(_("The protocol has already ended."))
    for step in run.steps.select_for_update().filter(state=Step.State.OPEN):
        step.state, step.done_at, step.done_by = Step.State.CANCELLED, now, actor.user
        _store(step)
        log_event(Event.Kind.CANCELLED, actor=actor, now=now, step=step)
    run.state, run.ended_at = Run.State.CANCELLED, now
    run.save(update_fields=["state", "ended_at"])
    data = {"reason": reason}
    log_event(Event.Kind.CANCELLED, actor=actor, now=now, run=run, data=data)
    return run


def lock_run(pk: int) -> Run:
    """The run, locked and fresh. Whoever changes it or its steps waits here, before the step,
    so that nobody waits for one who waits for them."""
    runs = Run.objects.select_for_update(of=("self",), no_key=True)
    return runs.select_related("version", "record").get(pk=pk)


def lock_open(step: Step) -> Step:
    """The step and its run, locked and fresh. Raises StepMoved when it is no longer open."""
    run = lock_run(step.run_id)
    steps = Step.objects.select_for_update(of=("self",)).select_related(
        "organization", "area", "assignee", "done_by"
    )
    fresh = steps.get(pk=step.pk)
    fresh.run = run
    if not fresh.is_open:
        message = _("This step is already finished ({person}, {when}).")
        when = timezone.localtime(fresh.done_at).strftime("%d.%m.%Y %H:%M")
        person = fresh.done_by or ENGINE
        raise StepMoved(message.format(person=person, when=when))
    return fresh


def _check(step: Step, decision: str, submission: Submission | None, note: str) -> None:
    spec = step.spec
    options = decisions_of(spec)
    if options and decision not in options:
        raise StepRefused(_("Choose one of the decisions."))
    if decision and not options:
        raise StepRefused(_("Nothing is to be decided in this step."))
    if spec["action"]["type"] == "approve" and decision == "returned" and not note.strip():
        raise StepRefused(_("Say in the remark what must be corrected."))
    if spec["action"]["type"] in FILLING and submission is None:
        raise StepRefused(_("Fill in the form of this step; it is completed by that."))
    if submission is not None and submission.form_version.spec["code"] != step.form_code:
        raise StepRefused(_("This step asks for another form."))
    is_referral = spec["action"]["type"] == "refer" and submission is None
    if is_referral and not step.referrals.exists():
        raise StepRefused(_("Send the referral first; the step is completed by that."))


def _check_letter(step: Step, decision: str, letter: str) -> None:
    explains = option_of(step.spec, decision).get("explain")
    if explains and not letter.strip() and is_followed(step.run.submission):
        raise StepRefused(_("Write to the applicant why it was decided so."))


def _store(step: Step) -> None:
    step.next_check_at = step.next_check_at if step.is_open else None
    step.row_version += 1
    step.save()
