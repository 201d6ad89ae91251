"""Answers when something fails that no view expected."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _

from config.shared.resend import unsent

RETRY_SECONDS = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer, else 500; neither page asks the database."""
    unavailable = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if unavailable else 500
    if request.path_info.startswith("/api/"):
        response = _problem(status)
    else:
        # Without the request: the user and the navigation are in the database.
        context = {"unsent": unsent(request) if unavailable else None}
        page = loader.render_to_string(f"{status}.html", context)
        response = HttpResponse(page, status=status)
    if unavailable:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


class DamagedFormMiddleware:
    """400 where fields that every page sends are missing: Wagtail takes them for granted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; `process_exception` has its say when a view fails."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """The page for what cannot be read, in the place of an error of ours."""
        is_damaged = isinstance(exception, MultiValueDictKeyError)
        return bad_request(request, exception) if is_damaged else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what cannot be read. Django's own view reads it once more, and fails on it."""
    return HttpResponse(loader.render_to_string("400.html"), status=400)


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for what came without the token of this visitor's session, or with an old one."""
    return render(request, "shared/page_too_old.html", {"unsent": unsent(request)}, status=403)


def _problem(status: int) -> HttpResponse:
    """The error as application/problem+json."""
    title = _("The database does not answer.") if status == 503 else _("Something went wrong.")
    code = "unavailable" if status == 503 else "server_error"
    body = {"type": "about:blank", "status": status, "code": code, "title": title}
    return JsonResponse(body, status=status, content_type="application/problem+json")
