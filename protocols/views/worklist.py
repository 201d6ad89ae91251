"""Lists of steps: mine, my team's, the overdue ones; the supervisor's board."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.shared.moments import read_moment
from config.shared.text import alphabetically
from content.models import Place
from protocols import selectors, workload
from protocols.models import Protocol, Step
from protocols.presenting import step_lines
from protocols.workload import NOBODY, TABS, Filters

PAGE_SIZE = 25


@login_required
def worklist(request: HttpRequest) -> HttpResponse:
    """What is to be done, what is due first comes first; 25 on a page."""
    return render(request, "protocols/worklist.html", context_of(request))


def context_of(request: HttpRequest, **more: Any) -> dict[str, Any]:
    """What the page of a worklist shows; `more` is what a refused act adds."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    filters = Filters.of(request.GET)
    found = filters.steps(user, now)
    steps, following = _page(found, request.GET.get("after", ""))
    held = selectors.appointments_of(user, now)
    leads = selectors.supervises(held)
    counts = workload.tab_counts(user, now)
    context = {
        "lines": step_lines(user, steps, now),
        "filters": filters,
        "total": found.count(),
        "tabs": [
            (label, filters.other_tab(name), name, counts[name])
            for name, label in TABS
            if name != "team" or leads
        ],
        "protocols": alphabetically(Protocol.objects.filter(live=True).defer("steps")),
        "next_url": filters.address(after=_cursor(steps[-1])) if following else "",
        "has_post": bool(held),
        "nothing": _nothing(filters, bool(held)),
        "chosen": [],
    }
    if leads and filters.tab == "team":
        context |= _for_leaders(user, filters, now)
    return context | more


def _for_leaders(user: User, filters: Filters, now: datetime) -> dict[str, Any]:
    """What somebody who leads the team can filter by and hand over to."""
    whole = Filters("team").steps(user, now)
    place = Place.objects.filter(code=filters.area).first() if filters.area else None
    return {
        "choosing": True,
        "people": workload.assignees(whole),
        "members": alphabetically(workload.team(user, now)),
        "nobody": NOBODY,
        "place": place,
    }


def _nothing(filters: Filters, has_post: bool) -> str:
    """Why the list is empty, and what that means."""
    if not has_post:
        return _("You have no appointment in force, so nothing is given to you.")
    if filters != Filters(filters.tab):
        return _("No step fits these filters. Choose others, or “All”.")
    if filters.tab == "overdue":
        return _("Nothing is overdue. Well done.")
    return _("Nothing is waiting. New steps appear here by themselves.")


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """What a supervisor looks at first: figures, the load, and the gravest steps."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    held = selectors.appointments_of(user, now)
    if not (leads := selectors.supervises(held)):
        return render(request, "protocols/board.html", {"supervises": leads})
    late = selectors.loaded(Step.objects.overdue(now).filter(selectors.team_filter(held)))
    gravest = list(late.order_by("-is_urgent", "due_at", "pk")[:PAGE_SIZE])
    context = {
        "board": selectors.board(user, now),
        "charts": workload.bars(user, now),
        "lines": step_lines(user, gravest, now),
        "supervises": leads,
        "nothing": _("Nothing is overdue. Well done."),
    }
    return render(request, "protocols/board.html", context)


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
    due = read_moment(due_text.replace(" ", "+"))  # in an address a plus sign is a space
    if due is None:
        return Q()
    return undated | Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk)
