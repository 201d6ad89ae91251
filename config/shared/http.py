"""What every request carries and every answer says to the browser."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from config.shared.memo import request_memo

View = Callable[..., HttpResponse]
GetResponse = Callable[[HttpRequest], HttpResponse]
PAGE_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
API_METHODS = (*PAGE_METHODS, "PUT", "PATCH", "DELETE")
BROWSER_RIGHTS = "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()"


def act_of(page: str) -> Callable[[View], View]:
    """Decorator of an act by POST that belongs to `page`, the name of an address.

    Its own address shows a page when the act is refused; whoever comes back to that address
    (reloads it, switches the language) is led to `page` with the same arguments.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def act(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                back: HttpResponse = redirect(page, *args, **kwargs)
                return back
            return view(request, *args, **kwargs)

        return require_http_methods(["GET", "HEAD", "POST"])(act)

    return decorate


class RequestIdMiddleware:
    """Give each request an id that logs, audit and history share."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id in the `X-Request-Id` header."""
        request_id = str(uuid.uuid4())
        # Django's request has no such attribute; actors read it from there.
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id), request_memo():
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class MethodsMiddleware:
    """Refuse methods that no page has: many views ask only whether it is a POST."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """405 for PUT, PATCH and DELETE outside the API, and for TRACE everywhere."""
        is_api = request.path_info.startswith("/api/")
        methods = API_METHODS if is_api else PAGE_METHODS
        if request.method in methods:
            return self.get_response(request)
        return HttpResponseNotAllowed(methods)


class BrowserRightsMiddleware:
    """Allow our pages what forms ask for (photo, sound, place) and foreign frames nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the `Permissions-Policy` header."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", BROWSER_RIGHTS)
        return response


class NoStoreMiddleware:
    """Let no browser or proxy keep what was shown to somebody signed in.

    A view that knows better (a form's definition, a public list) says so itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the `Cache-Control` header."""
        response = self.get_response(request)
        is_personal = settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_personal or request.path_info.startswith(settings.PERSONAL_PREFIXES):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class PolicyMiddleware(CSPMiddleware):
    """The content security policy: strict, and wider in Wagtail's admin alone."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts that make up the header of `response`."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(settings.ADMIN_PREFIX):
            parts.replace = {**settings.ADMIN_POLICY, **(parts.replace or {})}
        return parts
