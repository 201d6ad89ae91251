"""Referrals: the inbox and outbox of an organization, and one referral."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.http import act_of
from protocols import selectors, services
from protocols.models import RECEIVER_MOVES, SENDER_MOVES, Referral
from protocols.presenting import due_of, event_lines, record_lines
from protocols.words import MOVE_WORDS
from registry import access, audit
from registry.kinds import RANKS
from registry.rules import rule_book
from registry.selectors import attributes_in_words

PAGE_SIZE = 25


@login_required
def referrals(request: HttpRequest) -> HttpResponse:
    """Referrals received (those that wait first) or sent; 25 on a page."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    asked = request.GET.get("box", "")
    inside = selectors.receiving_organizations(user, now)
    known = asked in ("received", "sent", "unanswered")
    box = asked if known else "received" if inside else "sent"
    rows = _box(user, box, inside, now)
    if before := _number(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    waiting = rows.filter(closed_at__isnull=True).order_by(F("due_at").asc(nulls_last=True))
    closed = list(rows.filter(closed_at__isnull=False).order_by("-pk")[: PAGE_SIZE + 1])
    context = {
        "box": box,
        "waiting": [] if before else [(row, due_of(row, now)) for row in waiting[:200]],
        "closed": closed[:PAGE_SIZE],
        "next_before": closed[PAGE_SIZE - 1].pk if len(closed) > PAGE_SIZE else None,
        "receives": bool(inside),
        "leads": selectors.supervises(selectors.appointments_of(user, now)),
    }
    return render(request, "protocols/referrals.html", context)


def _box(user: User, box: str, inside: list[int], now: datetime) -> "QuerySet[Referral]":
    """Received, sent, or (for those who lead) sent and overdue without an answer."""
    rows = selectors.referrals_for(user, now)
    if box == "unanswered":
        return rows.filter(pk__in=selectors.unanswered(user, now).values("pk"))
    received = rows.filter(to_organization__in=inside)
    return rows.exclude(pk__in=received.values("pk")) if box == "sent" else received


@login_required
def referral_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One referral with the agreed fields; the receiver's first look is noted."""
    referral = _visible(request, uuid)
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    actor = Actor.for_request(request)
    services.mark_read_about(user, now=now, referral=referral)
    if selectors.receives(user, referral, now):
        services.open_referral(referral=referral, actor=actor, now=now)
        referral = _visible(request, uuid)
    if referral.record is not None:
        audit.record_read(referral.record, actor=actor, part=f"referral {referral.uuid}")
    return render(request, "protocols/referral.html", _context(request, referral))


@login_required
@act_of("protocols:referral")
def answer_referral(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Accept, decline, return, finish or revoke; a refusal keeps what was typed."""
    referral, now = _visible(request, uuid), timezone.now()
    assert isinstance(request.user, User)
    state = request.POST.get("state", "")
    by_sender = state == Referral.State.REVOKED
    allowed = selectors.sends if by_sender else selectors.receives
    if not allowed(request.user, referral, now):
        raise PermissionDenied
    try:
        services.move_referral(
            referral=referral,
            state=state,
            actor=Actor.for_request(request),
            now=now,
            reason=_text(request, "reason"),
            result=_text(request, "result"),
            starts_on=_day(request, "starts_on"),
            by_sender=by_sender,
        )
    except services.ReferralRefused as refusal:
        context = _context(request, _visible(request, uuid), error=str(refusal))
        return render(request, "protocols/referral.html", context, status=422)
    messages.success(request, _("Your answer was saved."))
    return redirect("protocols:referral", uuid)


def _visible(request: HttpRequest, uuid: UUID) -> Referral:
    assert isinstance(request.user, User)
    rows = selectors.referrals_for(request.user, timezone.now())
    referral = rows.filter(uuid=uuid).first()
    if referral is None:
        raise Http404
    return referral


def _context(request: HttpRequest, referral: Referral, error: str = "") -> dict[str, Any]:
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    receives = selectors.receives(user, referral, now)
    sends = selectors.sends(user, referral, now)
    answers = RECEIVER_MOVES.get(referral.state, ()) if receives else ()
    return {
        "referral": referral,
        "due": due_of(referral, now),
        "record": record_lines(user, [referral.record]).get(referral.record_id or 0),
        "shared": _shared(user, referral, now) if receives or sends else [],
        "moves": [(move, MOVE_WORDS[move]) for move in answers],
        "may_revoke": sends and referral.state in SENDER_MOVES,
        "events": event_lines(referral.events.all()),
        "error": error,
        "typed": request.POST,
        "asks_start": "accepted" in answers,
        "asks_result": "done" in answers,
        "receives": receives,
        "sender": referral.sent_by,
    }


def _shared(user: User, referral: Referral, now: datetime) -> list[tuple[str, str]]:
    """The agreed fields with their values, while the referral is in force and as far as the
    reader may see them: no more than on the record's own page."""
    in_force = Referral.objects.in_force(timezone.localdate(now)).filter(pk=referral.pk)
    record = referral.record
    if record is None or not in_force.exists():
        return []
    rules = rule_book().by_id[record.register_id]
    readable = access.fields_for(user, record, rules).readable
    agreed = [rules.attributes[name] for name in referral.fields if name in rules.attributes]
    seen = access.Fields(
        agreed=frozenset(each.name for each in agreed if readable(each)),
        agreed_rank=max(RANKS.values()),
    )
    return attributes_in_words(rules, record, seen)


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:4000]


def _day(request: HttpRequest, name: str) -> date | None:
    """A date that was typed; what is none counts as not given."""
    try:
        return parse_date(request.POST.get(name, ""))
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
