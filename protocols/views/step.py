"""One step: what to do, the record, the buttons."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.http import act_of
from config.shared.labels import pick
from config.shared.text import alphabetically
from content.models import Organization
from protocols import briefing, rules, selectors, services
from protocols.letters import is_followed
from protocols.models import Step
from protocols.presenting import due_of, event_lines, record_lines
from protocols.schema import FILLING, decisions_of
from protocols.words import ACTION_WORDS
from registry import access, audit
from registry.models import Record
from registry.rules import Attribute, rule_book

SHARED_FOR = timedelta(days=30)
Act = Callable[[HttpRequest, Step, Actor, datetime], str]


@login_required
def step_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a step to those who may see it; 404 to all others. Its notices are read by that."""
    step = _visible_step(request, uuid)
    assert isinstance(request.user, User)
    services.mark_read_about(request.user, now=timezone.now(), step=step)
    return render(request, "protocols/step.html", _context(request, step))


@login_required
@act_of("protocols:step")
def act_on_step(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take, give, decide, refer; a refusal shows the page again with what was typed."""
    step, now = _visible_step(request, uuid), timezone.now()
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        message = act(request, step, Actor.for_request(request), now)
    except (services.StepRefused, services.ReferralRefused, rules.NoWayOn) as refusal:
        context = _context(request, _visible_step(request, uuid), error=_reason(refusal))
        return render(request, "protocols/step.html", context, status=422)
    messages.success(request, message)
    return redirect("protocols:step", uuid)


def _reason(refusal: Exception) -> str:
    if isinstance(refusal, rules.NoWayOn):
        return _("The protocol does not say what follows. Tell the administrator.")
    return str(refusal)


def _visible_step(request: HttpRequest, uuid: UUID) -> Step:
    assert isinstance(request.user, User)
    steps = selectors.loaded(selectors.steps_for(request.user, timezone.now()))
    steps = steps.select_related("run__submission__form_version", "evidence", "done_by")
    step = steps.filter(uuid=uuid).first()
    if step is None:
        raise Http404
    return step


def _require_act(request: HttpRequest, step: Step, now: datetime) -> None:
    assert isinstance(request.user, User)
    if not selectors.may_act(request.user, step, now):
        raise PermissionDenied


def _claim(request: HttpRequest, step: Step, actor: Actor, now: datetime) -> str:
    _require_act(request, step, now)
    services.claim_step(step=step, actor=actor, now=now)
    return _("The step is yours now.")


def _assign(request: HttpRequest, step: Step, actor: Actor, now: datetime) -> str:
    assert isinstance(request.user, User)
    if not selectors.may_assign(request.user, step, now):
        raise PermissionDenied
    members = selectors.team_members(request.user, step, now)
    chosen = request.POST.get("assignee", "")
    assignee = (
        members.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 18 else None
    )
    if assignee is None:
        raise services.StepRefused(_("Choose a colleague."))
    services.assign_step(
        step=step, assignee=assignee, actor=actor, now=now, reason=_text(request, "reason")
    )
    return _("The step was given to {person}.").format(person=assignee)


def _complete(request: HttpRequest, step: Step, actor: Actor, now: datetime) -> str:
    _require_act(request, step, now)
    services.complete_step(
        step=step,
        actor=actor,
        now=now,
        decision=_text(request, "decision"),
        note=_text(request, "note"),
        letter=_text(request, "letter"),
    )
    return _("Done.")


def _refer(request: HttpRequest, step: Step, actor: Actor, now: datetime) -> str:
    _require_act(request, step, now)
    record = step.run.record
    allowed = {attribute.name for attribute in _shareable(request, record)}
    chosen = [name for name in request.POST.getlist("fields") if name in allowed]
    codes = request.POST.getlist("organizations")
    services.send_for_step(
        step=step,
        organizations=_addressees(step).filter(code__in=codes),
        request=services.Request(
            _text(request, "purpose"), _until(request, now), tuple(chosen)
        ),
        actor=actor,
        now=now,
        note=_text(request, "note"),
    )
    return _("The referral was sent.")


def _cancel(request: HttpRequest, step: Step, actor: Actor, now: datetime) -> str:
    assert isinstance(request.user, User)
    if not selectors.may_assign(request.user, step, now):
        raise PermissionDenied
    services.cancel_run(run=step.run, actor=actor, now=now, reason=_text(request, "reason"))
    return _("The protocol was stopped.")


ACTS: dict[str, Act] = {
    "claim": _claim,
    "assign": _assign,
    "complete": _complete,
    "refer": _refer,
    "cancel": _cancel,
}


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:4000]


def _until(request: HttpRequest, now: datetime) -> date:
    try:
        found = parse_date(request.POST.get("until", ""))
    except ValueError:
        found = None
    if found is None:
        raise services.ReferralRefused(_("Give the last day of reading."))
    return found


def _addressees(step: Step) -> Any:
    codes = rules.organization_codes(step.action, step.run.answers)
    return Organization.objects.filter(code__in=codes)


def _shareable(request: HttpRequest, record: Record | None) -> list[Attribute]:
    """Attributes of the record that the sender may read, and so may share."""
    assert isinstance(request.user, User)
    if record is None:
        return []
    fields = access.fields_for(request.user, record)
    attributes = rule_book().by_id[record.register_id].attributes.values()
    return [each for each in attributes if fields.readable(each)]


def _context(request: HttpRequest, step: Step, error: str = "") -> dict[str, Any]:
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    may_act = step.is_open and selectors.may_act(user, step, now)
    may_assign = step.is_open and selectors.may_assign(user, step, now)
    kind = step.action["type"]
    context = {
        "step": step,
        "kind": kind,
        "action": ACTION_WORDS[kind],
        "due": due_of(step, now),
        "may_act": may_act,
        "may_assign": may_assign,
        "options": _options(step) if may_act else [],
        "letters": _letters(step) if may_act else [],
        "fills": kind in FILLING,
        "members": alphabetically(selectors.team_members(user, step, now))
        if may_assign
        else [],
        "events": event_lines(step.events.select_related("user")),
        "referrals": step.referrals.select_related("to_organization"),
        "role": briefing.role_title(step.role),
        "guides": briefing.guides(step),
        "follows": briefing.what_follows(step) if step.is_open else [],
        "error": error,
        "typed": request.POST,
    }
    if step.form_code:
        context["form_title"] = briefing.form_title(step.form_code)
        context["fill_url"] = _fill_url(step, user) if may_act else ""
    if may_act and kind == "refer":
        context |= _for_referring(request, step, now)
    return context | _about_record(request, step)


def _about_record(request: HttpRequest, step: Step) -> dict[str, Any]:
    """The record as far as the reader may know it; the look is written to the audit trail."""
    user, record = request.user, step.run.record
    assert isinstance(user, User)
    line = record_lines(user, [record]).get(step.run.record_id or 0)
    if record is None or line is None or not line.url:
        return {"record": line}
    facts, phones = briefing.key_facts(user, record), briefing.phones(user, step)
    actor = Actor.for_request(request)
    audit.record_read(record, actor=actor, part=f"step {step.uuid}")
    evidence = step.evidence if not step.is_open else None
    return {"record": line, "facts": facts, "phones": phones, "evidence": evidence}


def _for_referring(request: HttpRequest, step: Step, now: datetime) -> dict[str, Any]:
    return {
        "addressees": _addressees(step),
        "shareable": _shareable(request, step.run.record),
        "until": timezone.localdate(now) + SHARED_FOR,
        "ticked": request.POST.getlist("fields"),
        "codes": request.POST.getlist("organizations"),
    }


def _letters(step: Step) -> list[tuple[str, str]]:
    """What the applicant reads of each decision; none when nobody asks about the request."""
    told = [
        (pick(option.get("labels")), pick(option.get("letter")))
        for option in step.action.get("options", ())
        if option.get("letter") or option.get("explain")
    ]
    return told if told and is_followed(step.run.submission) else []


def _options(step: Step) -> list[tuple[str, str]]:
    """The decisions with their labels."""
    spec = step.spec
    if spec["action"]["type"] == "approve":
        words = {"approved": _("Approve"), "returned": _("Return with a remark")}
        return [(code, words[code]) for code in decisions_of(spec)]
    options = spec["action"].get("options", ())
    return [(one["code"], pick(one.get("labels")) or one["code"]) for one in options]


def _fill_url(step: Step, user: User) -> str:
    """Where the form is filled, for the right record, as evidence of this step."""
    record = selectors.record_for_form(step, user)
    asked = {"record": str(record.uuid)} if record else {}
    query = urlencode({**asked, "step": str(step.uuid)})
    return f"{reverse('portal:fill', args=[step.form_code])}?{query}"
