"""Giving several steps of the team to one colleague."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.http import act_of
from protocols import selectors, services, workload
from protocols.models import Step
from protocols.services.handing_over import HandedOver
from protocols.views.worklist import context_of
from protocols.workload import Filters

MOST = 200


@login_required
@act_of("protocols:worklist")
def hand_over_steps(request: HttpRequest) -> HttpResponse:
    """Give the ticked steps of the reader's team away; the address keeps the filters."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    if not selectors.supervises(selectors.appointments_of(user, now)):
        raise PermissionDenied
    steps = _ticked(request, user)
    try:
        outcome = services.hand_over(
            steps,
            assignee=_colleague(request, user),
            actor=Actor.for_request(request),
            now=now,
            reason=request.POST.get("reason", "").replace("\0", "")[:255],
            with_records=request.POST.get("with_records") == "1",
        )
    except services.StepRefused as refusal:
        typed = {"typed": request.POST, "chosen": [step.uuid for step in steps]}
        context = context_of(request, error=str(refusal), **typed)
        return render(request, "protocols/worklist.html", context, status=422)
    _say(request, outcome)
    return redirect(reverse("protocols:worklist") + Filters.of(request.GET).address())


def _ticked(request: HttpRequest, user: User) -> list[Step]:
    uuids = [text for text in request.POST.getlist("step")[:MOST] if _is_uuid(text)]
    whole = Filters("team").steps(user, timezone.now())
    return list(selectors.by_urgency(selectors.loaded(whole.filter(uuid__in=uuids))))


def _colleague(request: HttpRequest, user: User) -> User:
    """The chosen member of the team. Raises StepRefused when nobody or nothing is chosen."""
    if not _ticked(request, user):
        raise services.StepRefused(_("Tick the steps that change hands."))
    chosen = request.POST.get("assignee", "")
    members = workload.team(user, timezone.now())
    colleague = (
        members.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 18 else None
    )
    if colleague is None:
        raise services.StepRefused(_("Choose the colleague who takes the steps over."))
    return colleague


def _say(request: HttpRequest, outcome: HandedOver) -> None:
    if count := len(outcome.steps):
        text = ngettext("{n} step was handed over.", "{n} steps were handed over.", count)
        messages.success(request, text.format(n=count))
    for step, reason in outcome.refused:
        text = _("“{step}” was not handed over: {reason}")
        messages.warning(request, text.format(step=step.title, reason=reason))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
