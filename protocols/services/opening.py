"""Starting runs and opening their steps."""

from datetime import datetime

from config.accounts.actors import Actor
from config.accounts.models import User
from content.models import Organization
from protocols import rules, selectors
from protocols.deadlines import due_at
from protocols.models import Event, Notice, Run, Step
from protocols.models.calendar import working_calendar
from protocols.schema import Spec, form_of, step_of
from protocols.services.events import log_event
from protocols.services.notices import tell, tell_organizations
from registry.models import Record


def open_step(run: Run, code: str, *, actor: Actor, now: datetime) -> Step:
    """Open the step `code` of the run and tell those whom it concerns."""
    spec = step_of(run.version.spec, code)
    step = Step(run=run, code=code, form_code=form_of(spec), opened_at=now)
    step.is_urgent = run.version.is_urgent
    _give_to(step, spec, run)
    _set_clock(step, spec, now)
    step.assignee = _natural_assignee(step, run.record, now)
    step.save()
    log_event(Event.Kind.OPENED, actor=actor, now=now, step=step)
    if step.assignee is not None and step.assignee != actor.user:
        tell([step.assignee], Notice.Kind.ASSIGNED, now=now, step=step)
    if spec["action"]["type"] == "notify":
        inform(step, spec, actor=actor, now=now)
    return step


def inform(step: Step, spec: Spec, *, actor: Actor, now: datetime) -> None:
    """Send the notices of a `notify` step."""
    action = spec["action"]
    codes = rules.organization_codes(action, step.run.answers)
    organizations = list(Organization.objects.filter(code__in=codes))
    if not codes and step.organization is not None:
        organizations = [step.organization]
    sent = tell_organizations(
        organizations,
        Notice.Kind.INFORMED,
        now=now,
        roles=action.get("roles", ()),
        step=step,
    )
    data = {"organizations": [each.code for each in organizations], "people": len(sent)}
    log_event(Event.Kind.NOTIFIED, actor=actor, now=now, step=step, data=data)


def _give_to(step: Step, spec: Spec, run: Run) -> None:
    responsible = spec["responsible"]
    code = rules.organization_code(responsible, run.answers)
    step.role = responsible["role"]
    step.organization = Organization.objects.filter(code=code).first()
    if step.organization is None and run.record is not None:
        step.organization = run.record.organization
    by_place = responsible.get("by_place", True)
    step.area = run.record.district if run.record is not None and by_place else None


def _set_clock(step: Step, spec: Spec, now: datetime) -> None:
    due = spec.get("due")
    if not due:
        return
    step.due_at = due_at(now, due["value"], due["unit"], working_calendar())
    if spec.get("on_overdue") or spec["action"]["type"] == "wait":
        step.next_check_at = step.due_at


def _natural_assignee(step: Step, record: Record | None, now: datetime) -> User | None:
    """The record's caseworker, when that person holds the step's role there."""
    if record is None or record.assignee is None:
        return None
    members = selectors.holders([step.role], step.organization, step.area, now)
    return record.assignee if members.filter(pk=record.assignee.pk).exists() else None
