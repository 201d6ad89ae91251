"""The inbox of notices."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from config.accounts.models import User
from protocols.services import mark_read


@login_required
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the given notices of the reader as read."""
    assert isinstance(request.user, User)
    given = [int(pk) for pk in request.POST.getlist("notice") if pk.isdecimal()][:500]
    mark_read(request.user, given, now=timezone.now())
    return redirect("portal:home")
