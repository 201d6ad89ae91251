"""What protocols show on pages of the registry: the home page and the record page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from protocols import selectors
from protocols.models import Run, Step
from protocols.presenting import due_of, notice_lines, step_lines
from registry import access
from registry.models import Record
from registry.panels import Panel

MOST, MOST_NOTICES = 8, 4


def home_work(request: HttpRequest) -> Panel | None:
    """Steps that are overdue or due soonest, and unread notices."""
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        return None
    held = selectors.appointments_of(user, now)
    mine = Step.objects.open().filter(selectors.own_filter(user, held)) if held else None
    steps = list(selectors.by_urgency(selectors.loaded(mine))[:MOST]) if mine else []
    unread = selectors.unread_notices(user)
    context = {
        "lines": step_lines(user, steps, now),
        "notices": notice_lines(user, list(unread[:MOST_NOTICES]), now),
        "unread": unread.count(),
        "board": selectors.board(user, now) if selectors.supervises(held) else None,
    }
    return Panel(_("To do"), "protocols/_home.html", context)


def record_runs(request: HttpRequest, record: Record) -> Panel | None:
    """The protocols of a record, step by step, and what could not start."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    runs = _visible_runs(user, record)
    failures = selectors.unresolved_failures(record)
    if not runs and not failures:
        return None
    seen = selectors.steps_for(user, now).filter(run__in=runs).values_list("pk", flat=True)
    openable = set(seen)
    steps = selectors.steps_of(runs)
    shown = [(run, _stepper(steps[run], openable, now)) for run in runs]
    context = {"runs": shown, "failures": failures}
    return Panel(_("Protocols"), "protocols/_record.html", context)


def _visible_runs(user: User, record: Record) -> list[Run]:
    """Runs that touched the record, without those that began with a hidden one."""
    runs = selectors.runs_of_record(record)
    first = {run.record_id for run in runs if run.record_id is not None} - {record.pk}
    if not first:
        return runs
    visible = access.records_for(user).filter(pk__in=first).values_list("pk", flat=True)
    hidden = first - set(visible)
    return [run for run in runs if run.record_id not in hidden]


def _stepper(steps: Iterable[Step], openable: set[int], now: datetime) -> list[dict[str, Any]]:
    """What is shown of each step of a run."""
    return [
        {
            "step": step,
            "due": due_of(step, now),
            "decision": step.decision_label,
            "is_openable": step.pk in openable,
        }
        for step in steps
    ]
