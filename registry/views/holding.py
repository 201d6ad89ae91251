"""How somebody without an account holds a public form: by a code in a signed cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from config.shared.limits import network_of, within
from forms_builder.models import FormVersion
from forms_builder.selectors import offered_form_version
from registry import drafting
from registry.citizens import digest_of
from registry.models import Draft, Submission

View = Callable[..., HttpResponseBase]


def limited(request: HttpRequest, act: str, who: str = "") -> HttpResponse | None:
    """A page that asks to wait, when `act` happened too often from this address."""
    if within(act, who or network_of(request), settings.PUBLIC_LIMITS[act]):
        return None
    response = render(request, "citizen/too_many.html", status=429)
    response["Retry-After"] = "3600"
    return response


def language() -> str:
    """The language of the page."""
    return (get_language() or "az")[:2]


def public_version(code: str) -> FormVersion:
    """The newest version of a public form. Raises Http404 for any other."""
    try:
        version = offered_form_version(code)
    except FormVersion.DoesNotExist as error:
        raise Http404("no such form") from error
    if not version.spec.get("settings", {}).get("public"):
        raise Http404("no such form")
    return version


# The code in the browser


def cookie_name(form: str) -> str:
    """Each form has its own, so that two forms can be filled side by side."""
    return f"muraciet_{form}"


def code_of(request: HttpRequest, form: str) -> str:
    """The code that this browser holds for a form; "" for none."""
    return str(request.get_signed_cookie(cookie_name(form), default="", salt="citizen") or "")


def remember(response: HttpResponse, form: str, code: str) -> None:
    """Let the browser hold the code."""
    response.set_signed_cookie(
        cookie_name(form),
        code,
        salt="citizen",
        max_age=settings.PUBLIC_DRAFT_DAYS * 24 * 3600,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def draft_of(code: str, form: str) -> Draft | None:
    """The draft that `code` holds, without its large columns."""
    if not code:
        return None
    drafts = Draft.objects.select_related("form_version__definition")
    return (
        drafts.defer(*drafting.LARGE_COLUMNS)
        .filter(secret_digest=digest_of(code), user=None, form_version__spec__code=form)
        .first()
    )


def sent_with(code: str, form: str) -> Submission | None:
    """What was sent under `code`."""
    if not code:
        return None
    sent = Submission.objects.select_related("record", "form_version")
    return sent.filter(
        tracking__secret_digest=digest_of(code), form_version__spec__code=form
    ).first()


def number_of(submission: Submission) -> str:
    """The number that people are told: the record's, else one of the submission."""
    if submission.record is not None:
        return submission.record.key
    return submission.uuid.hex[:8].upper()


def private(view: View) -> View:
    """A page about one person's answers: kept by no cache, listed by no search engine."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped
