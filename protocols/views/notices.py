"""The inbox of notices."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from config.accounts.models import User
from config.shared.moments import read_moment
from protocols import selectors
from protocols.models import Notice
from protocols.presenting import notice_lines
from protocols.services import mark_read

PAGE_SIZE = 25


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """The reader's notices, newest first, the unread ones marked; 25 on a page."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    older = _older_than(request.GET.get("before", ""))
    rows = list(selectors.notices_of(user).filter(older)[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    context = {
        "lines": notice_lines(user, shown, now),
        "unread": selectors.unread_notices(user).count(),
        "next_before": _mark(shown[-1]) if len(rows) > PAGE_SIZE else "",
    }
    return render(request, "protocols/notices.html", context)


def _mark(notice: Notice) -> str:
    """Where the next page begins, as the address says it."""
    return urlencode({"before": f"{notice.created_at.isoformat()}~{notice.pk}"})


def _older_than(mark: str) -> Q:
    """What lies behind `mark`; everything when it is none."""
    at, _separator, pk = mark.partition("~")
    moment = read_moment(at)
    if moment is None or not pk.isdecimal() or len(pk) > 17:
        return Q()
    return Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=int(pk))


@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead on to what the notice is about, and mark it read; e-mails link here.

    Whoever may not see that (a step of another body) is led to the list of notices.
    """
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    notice = selectors.notices_of(user).filter(pk=pk).first()
    if notice is None:
        raise Http404
    mark_read(user, [pk], now=now)
    if not notice_lines(user, [notice], now)[0].is_openable:
        return redirect("protocols:notices")
    if notice.step is not None:
        return redirect("protocols:step", notice.step.uuid)
    assert notice.referral is not None
    return redirect("protocols:referral", notice.referral.uuid)


@login_required
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the given notices of the reader as read, or all of them."""
    user = request.user
    assert isinstance(user, User)
    typed = request.POST.getlist("notice")[:500]
    given = [int(pk) for pk in typed if pk.isdecimal() and len(pk) < 18]
    if request.POST.get("all") == "1":
        given = list(selectors.unread_notices(user).values_list("pk", flat=True))
    mark_read(user, given, now=timezone.now())
    return redirect("protocols:notices" if request.POST.get("all") else "portal:home")
