"""Protocols as people would have lived through them, step by step, up to today."""

import logging
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from config.demo.families.filler import CannotFill
from config.demo.families.world import Story, is_staffed
from config.shared.problems import ProblemsFound
from content.models import Organization
from protocols import rules
from protocols.models import Referral, Run, Step
from protocols.schema import FILLING, decisions_of
from protocols.services import (
    ReferralRefused,
    Request,
    StepRefused,
    cancel_run,
    claim_step,
    complete_step,
    move_referral,
    send_for_step,
)
from registry.models import Record
from registry.services import MoveRefused, StaleWrite

logger = logging.getLogger(__name__)

MOST_STEPS = 24
MOST_FORMS = 15
REFUSALS = (
    CannotFill,
    ProblemsFound,
    PermissionDenied,
    StepRefused,
    ReferralRefused,
    MoveRefused,
    StaleWrite,
    rules.NoWayOn,
)
# A run that stopped long ago is closed with a word of why, as a supervisor would.
FORGOTTEN_DAYS = 45
TAKEN_UP = 0.6  # the share of open steps that somebody has taken
# What workers mostly answer; a tuple is tried in order before anything is invented.
WISHES: dict[str, dict[str, Any]] = {
    "service_plan": {"approval": ("approved",), "plan_consent": ("yes",)},
    "foster_home_study": {"conclusion": ("recommended", "conditional")},
    "foster_training_decision": {
        "hours_attended": (40, 30),
        "test_score": (90,),
        "topics": ["attachment", "trauma", "development", "behaviour", "disability"],
        "reg_decision": ("register", "register", "defer"),
    },
    "child_matching": {
        **{
            f"m_{name}": ("2",)
            for name in ("age", "needs", "siblings", "distance", "culture", "wishes")
        },
        "decision": ("place", "place", "more_contact"),
    },
    "case_review": {"decision": ("continue", "close")},
    "placement_visit": {"danger": ("no",), "outcome": ("continue",)},
}

# A case is opened where the family has none yet.
CASE_DECISIONS = ("open_case", "known_case")

# What is answered when the same form came up this often in one run: a case does not go on
# for ever.
OFTEN = 3
LAST_WISHES: dict[str, dict[str, Any]] = {
    "case_review": {"decision": ("close",)},
}


def play(story: Story) -> None:
    """Live through every run that the story's forms started, and those that follow."""
    for number, submission in enumerate(story.filed):  # grows while it is read
        for run in Run.objects.filter(submission=submission).order_by("pk"):
            if number < MOST_FORMS:
                play_run(story, run)
                take_up(story, run)
            else:
                close_forgotten(story, run)


def play_run(story: Story, run: Run) -> None:
    """One step after another until today, the end, or a step that cannot be done."""
    now = run.started_at
    for _number in range(MOST_STEPS):
        step = run.steps.filter(state=Step.State.OPEN).order_by("opened_at", "pk").first()
        if step is None:
            return
        if not is_staffed(step):
            break
        now = moment_for(step, story.rng)
        if now > story.world.end:
            return
        try:
            with transaction.atomic():
                do(story, step, now)
        except REFUSALS as error:
            story.world.skipped.append(f"{run.version.spec['code']}.{step.code}: {error}")
            break
        if is_open(step):
            break
    close_forgotten(story, run)


def take_up(story: Story, run: Run) -> None:
    """Somebody has mostly begun what is open at the end; the rest waits to be taken."""
    for step in run.steps.filter(state=Step.State.OPEN, assignee=None):
        actor = story.world.actor(step.role, story.district)
        taken = step.opened_at + timedelta(hours=story.rng.randint(1, 5))
        if story.rng.random() < TAKEN_UP and taken < story.world.end:
            claim_step(step=step, actor=actor, now=taken)


def close_forgotten(story: Story, run: Run) -> None:
    """Nothing stays open for years."""
    run.refresh_from_db()
    last = run.steps.order_by("-opened_at").first()
    if run.state != Run.State.OPEN or last is None:
        return
    when = last.opened_at + timedelta(days=FORGOTTEN_DAYS)
    if when < story.world.end:
        actor = story.world.actor("supervisor", story.district)
        cancel_run(run=run, actor=actor, now=when, reason="Ailə xidmətdən imtina edib.")


def moment_for(step: Step, rng: Random) -> datetime:
    """When somebody gets to the step: mostly in time, sometimes late."""
    due = step.due_at or step.opened_at + timedelta(days=rng.randint(1, 3))
    share = rng.uniform(0.15, 0.95) if rng.random() < 0.88 else rng.uniform(1.05, 1.5)
    return step.opened_at + (due - step.opened_at) * share


def do(story: Story, step: Step, now: datetime) -> None:
    """Do one step as its action asks."""
    kind = step.action["type"]
    if kind in FILLING:
        fill(story, step, now)
    elif kind == "refer":
        refer(story, step, now)
    else:
        decide(story, step, now)


def fill(story: Story, step: Step, now: datetime) -> None:
    """Fill the form that the step asks for; usually the door completes the step."""
    from forms_builder.selectors import current_form_version

    settings = current_form_version(step.form_code).spec["settings"]
    record = None
    if settings.get("mode") == "update":
        record = record_in(story, step.run, settings["register"])
    wishes = wishes_for(step)
    actor = story.world.doer(step, story.district)
    done = story.file(step.form_code, now, wishes=wishes, record=record, actor=actor)
    if is_open(step):  # the form made a record of its own
        complete_step(step=step, actor=actor, now=now, submission=done)


def is_open(step: Step) -> bool:
    """Whether the step is still to be done, as the database says."""
    return Step.objects.open().filter(pk=step.pk).exists()


def wishes_for(step: Step) -> dict[str, Any]:
    """What is mostly answered, and at last another thing."""
    code = step.form_code
    times = step.run.steps.filter(form_code=code).count()
    return WISHES.get(code, {}) | (LAST_WISHES.get(code, {}) if times > OFTEN else {})


def record_in(story: Story, run: Run, register: str) -> Record | None:
    """The record of that register that the run is about."""
    touched = run.records.filter(register__code=register).order_by("-pk").first()
    return touched or story.own.get(register)


def refer(story: Story, step: Step, now: datetime) -> None:
    """Send the referral; the other body answers in a few days."""
    actor = story.world.doer(step, story.district)
    codes = rules.organization_codes(step.action, step.run.answers)
    bodies = Organization.objects.filter(code__in=codes or ["sn"])
    until = (now + timedelta(days=90)).date()
    record = step.run.record
    request = Request(step.title, until, tuple(record.attributes)[:6] if record else ())
    sent = send_for_step(step=step, organizations=bodies, request=request, actor=actor, now=now)
    for referral in sent:
        answer(story, referral, now)


def answer(story: Story, referral: Referral, now: datetime) -> None:
    """Accepted after a day, done after some more, unless that is still to come."""
    actor = story.world.actor("agency_rep", story.district)
    accepted = now + timedelta(hours=story.rng.randint(3, 40))
    done = accepted + timedelta(days=story.rng.randint(2, 12))
    if accepted < story.world.end:
        move_referral(referral=referral, state="accepted", actor=actor, now=accepted)
    if done < story.world.end:
        move_referral(
            referral=referral,
            state="done",
            actor=actor,
            now=done,
            result="Xidmət göstərildi, nəticə ailəyə izah olundu.",
        )


def decide(story: Story, step: Step, now: datetime) -> None:
    """Choose, mostly the first option, and go on."""
    options = decisions_of(step.spec)
    decision = ""
    if options:
        decision = options[0] if story.rng.random() < 0.8 else story.rng.choice(options)
    if decision in CASE_DECISIONS:
        decision = CASE_DECISIONS["cases" in story.own]
    actor = story.world.doer(step, story.district)
    note = "Qərar sənədlər əsasında qəbul edildi." if options else ""
    complete_step(step=step, actor=actor, now=now, decision=decision, note=note)
