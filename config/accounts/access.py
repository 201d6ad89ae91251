"""The portal and the auditor's desk are for people whose appointment is in force.

Authority ends with the last day of an appointment: whoever has none today sees a page that
says so, whatever the address, and no data. Superusers are no exception: an account that
configures the system is not by itself allowed to read cases.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from config.accounts.models import User
from config.accounts.selectors import appointments_in_force

DATA_PREFIXES = ("/portal/", "/audit/")


def may_configure(user: User) -> bool:
    """Whether `user` may enter /cms/."""
    return user.has_perm("wagtailadmin.access_admin")


def authority_ended(request: HttpRequest, user: User) -> HttpResponse:
    """The page that says that no appointment is in force, and what to do."""
    newest = user.appointments.select_related("role", "organization").order_by("-valid_to")
    context = {"appointments": newest, "may_configure": may_configure(user)}
    return render(request, "account/authority_ended.html", context, status=403)


class AppointmentMiddleware:
    """Close /portal/ and /audit/ to signed-in people without an appointment in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do until the address is resolved."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer in place of a view that shows data, where nobody appointed asks."""
        if not request.path_info.startswith(DATA_PREFIXES):
            return None
        if getattr(view, "checks_appointment", False):
            return None  # it keeps what was typed first, then says the same
        user = request.user
        if not isinstance(user, User) or appointments_in_force(user, timezone.localdate()):
            return None
        return authority_ended(request, user)
