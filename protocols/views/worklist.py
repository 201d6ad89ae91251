"""Lists of steps: mine, my team's, the overdue ones; the supervisor's board."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from protocols import selectors
from protocols.models import Protocol, Step
from protocols.presenting import step_lines

PAGE_SIZE = 25
TABS = [("mine", _("Mine")), ("team", _("My team's")), ("overdue", _("Overdue"))]


@dataclass(frozen=True)
class Filters:
    """What the reader asked for."""

    tab: str
    protocol: str
    urgent: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        """From the address; what is unknown counts as not asked for."""
        tab = request.GET.get("tab", "mine")
        known = {name for name, _label in TABS}
        return cls(
            tab=tab if tab in known else "mine",
            protocol=request.GET.get("protocol", ""),
            urgent=request.GET.get("urgent") == "1",
        )

    def address(self, **more: str) -> str:
        """The address of this list."""
        asked = {"tab": self.tab, "protocol": self.protocol, "urgent": "1" * self.urgent}
        return "?" + urlencode({k: v for k, v in {**asked, **more}.items() if v})


@login_required
def worklist(request: HttpRequest) -> HttpResponse:
    """What is to be done, what is due first comes first; 25 on a page."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    filters = Filters.of(request)
    steps, more = _page(_filtered(user, filters, now), request.GET.get("after", ""))
    held = selectors.appointments_of(user, now)
    context = {
        "lines": step_lines(user, steps, now),
        "filters": filters,
        "tabs": [
            (label, Filters(name, filters.protocol, filters.urgent).address(), name)
            for name, label in TABS
            if name != "team" or selectors.supervises(held)
        ],
        "protocols": Protocol.objects.filter(live=True).order_by("title_az"),
        "next_url": filters.address(after=_cursor(steps[-1])) if more else "",
        "has_post": bool(held),
    }
    return render(request, "protocols/worklist.html", context)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """What a supervisor looks at first: figures, and the gravest steps."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    held = selectors.appointments_of(user, now)
    late = selectors.loaded(Step.objects.overdue(now).filter(selectors.team_filter(held)))
    gravest = list(late.order_by("-is_urgent", "due_at", "pk")[:PAGE_SIZE])
    context = {
        "board": selectors.board(user, now),
        "lines": step_lines(user, gravest, now),
        "supervises": selectors.supervises(held),
    }
    return render(request, "protocols/board.html", context)


def _filtered(user: User, filters: Filters, now: datetime) -> "QuerySet[Step]":
    held = selectors.appointments_of(user, now)
    steps = Step.objects.open()
    if not held:
        return steps.none()
    if filters.tab == "team":
        steps = steps.filter(selectors.team_filter(held))
    elif filters.tab == "mine":
        steps = steps.filter(selectors.own_filter(user, held))
    else:
        steps = Step.objects.overdue(now) & selectors.steps_for(user, now)
    if filters.protocol:
        steps = steps.filter(run__protocol__code=filters.protocol)
    return steps.filter(is_urgent=True) if filters.urgent else steps


def _page(steps: "QuerySet[Step]", after: str) -> tuple[list[Step], bool]:
    """One page after the cursor, and whether another follows."""
    ordered = selectors.by_urgency(selectors.loaded(steps)).filter(_beyond(after))
    rows = list(ordered[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def _cursor(step: Step) -> str:
    return f"{step.due_at.isoformat() if step.due_at else ''}~{step.pk}"


def _beyond(cursor: str) -> Q:
    """Steps that come after the cursor in the order of `by_urgency`; all for a wrong one."""
    due_text, _tilde, pk_text = cursor.partition("~")
    if not pk_text.isdecimal() or len(pk_text) > 18:
        return Q()
    pk = int(pk_text)
    undated = Q(due_at__isnull=True)
    if not due_text:
        return undated & Q(pk__gt=pk)
    due = _moment(due_text)
    if due is None:
        return Q()
    return undated | Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk)


def _moment(text: str) -> Any:
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None
