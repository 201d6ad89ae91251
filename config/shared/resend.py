"""Typed text outlives a refusal: the page that refuses offers to send the same again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render

View = Callable[..., HttpResponseBase]

# Where people write at length; passwords are typed nowhere below these.
_WRITTEN = re.compile(r"^/(portal|([a-z]{2}/)?muraciet)/")
_NOT_TYPED = {"csrfmiddlewaretoken", "_autosave"}


@dataclass(frozen=True)
class Unsent:
    """What a page sent and nobody took: its fields, and a token to send them with."""

    address: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool
    token: str


def unsent(request: HttpRequest) -> Unsent | None:
    """What was typed; None where nothing was, or where the page was not one of ours.

    Without the last, a strange page could put words into the form that people send again.
    """
    if request.method != "POST" or not _WRITTEN.match(request.path_info):
        return None
    if not _is_from_here(request):
        return None
    try:
        typed = request.POST
    except (SuspiciousOperation, OSError, ValueError):
        return None  # too much, or cut off on the way
    if "_autosave" in typed:
        return None  # the page is still there and tries again by itself
    fields = tuple(
        (name, value)
        for name, values in typed.lists()
        if name not in _NOT_TYPED
        for value in values
    )
    has_files = any(one.size for _name, many in request.FILES.lists() for one in many)
    return Unsent(request.get_full_path(), fields, has_files, get_token(request))


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the page is of this site; no page can make it lie."""
    if said := request.headers.get("Sec-Fetch-Site"):
        return said == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return (origin.scheme, origin.netloc) == (request.scheme, request.get_host())


def sign_in_first(view: View) -> View:
    """Decorator as `login_required`; what was typed before the session ended is kept."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if kept := unsent(request):
            return render(request, "shared/signed_out.html", {"unsent": kept}, status=403)
        return redirect_to_login(request.get_full_path())

    return asked
