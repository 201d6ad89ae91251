"""Public forms: anybody fills them without an account, at /muraciet/<form>/.

The draft goes on in the same browser, and with its code typed in, in any other; the code and
the number then tell where the request stands.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.accounts.actors import Actor
from config.shared.labels import pick
from forms_builder.models import FormVersion
from forms_builder.rendering.words import say
from forms_builder.schema import places
from forms_builder.selectors import form_version_by_pk
from registry import drafting
from registry.citizens import LETTERS, digest_of, in_groups, new_code, read_code
from registry.models import Draft, Submission, Tracking
from registry.papers import brand_of
from registry.rules import rule_book
from registry.services.lookups import RecordLookups
from registry.views.defaults import first_answers
from registry.views.holding import (
    code_of,
    cookie_name,
    draft_of,
    language,
    limited,
    number_of,
    private,
    public_version,
    remember,
    sent_with,
)
from registry.views.papers import state_paper


@private
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """What the form is for and who to call in danger; a draft is made only when asked."""
    version = public_version(code)
    if request.method == "POST":
        return limited(request, "begin") or _begin(version)
    held = code_of(request, code)
    context = {
        "version": version,
        "purpose": pick(version.spec.get("purpose")),
        "has_draft": draft_of(held, code) is not None,
        "days": settings.PUBLIC_DRAFT_DAYS,
    }
    return render(request, "citizen/begin.html", context)


def _begin(version: FormVersion) -> HttpResponse:
    now = timezone.now()
    drafting.discard_forgotten(now)
    secret = new_code()
    drafting.start_public(
        version=version,
        secret_digest=digest_of(secret),
        now=now,
        answers=first_answers(version, None, now),
    )
    response = redirect("citizen:fill", version.code)
    remember(response, version.code, secret)
    return response


@private
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with a draft on another device, by its code."""
    typed = request.POST.get("code", "")
    if request.method != "POST":
        return render(request, "citizen/resume.html", {})
    if refusal := limited(request, "status"):
        return refusal
    code = read_code(typed)
    draft = Draft.objects.select_related("form_version").filter(
        secret_digest=digest_of(code), user=None
    )
    found = draft.first()
    if found is None:
        context = {"typed": typed[:100], "is_unknown": True}
        return render(request, "citizen/resume.html", context)
    response = redirect("citizen:fill", found.form_version.code)
    remember(response, found.form_version.code, code)
    return response


@private
@require_safe
def saved(request: HttpRequest, code: str) -> HttpResponse:
    """The draft is kept: with this code it goes on."""
    held = code_of(request, code)
    draft = draft_of(held, code)
    if draft is None:
        return redirect("citizen:begin", code)
    context = {
        "version": form_version_by_pk(draft.form_version_id),
        "code": in_groups(held),
        "days": settings.PUBLIC_DRAFT_DAYS,
    }
    return render(request, "citizen/saved.html", context)


@private
@require_POST
def forget(request: HttpRequest, code: str) -> HttpResponse:
    """Leave no trace in this browser; an unsent draft is thrown away."""
    draft = draft_of(code_of(request, code), code)
    if draft is not None:
        drafting.discard(draft)
    response = redirect("/" if language() == "az" else f"/{language()}/")
    response.delete_cookie(cookie_name(code), samesite="Lax")
    return response


@private
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The number and the code of what this browser has just sent."""
    held = code_of(request, code)
    submission = sent_with(held, code)
    if submission is None:
        return redirect("citizen:begin", code)
    context = {
        "submission": submission,
        "number": number_of(submission),
        "code": in_groups(held),
    }
    return render(request, "citizen/receipt.html", context)


# Asking


@private
def status(request: HttpRequest) -> HttpResponse:
    """Where a request stands, for whoever has its number and its code."""
    number, typed = request.POST.get("number", "").strip(), request.POST.get("code", "")
    if request.method != "POST":
        return render(request, "citizen/status.html", {})
    if refusal := limited(request, "status"):
        return refusal
    found = _asked_about(number, read_code(typed))
    if found and "_pdf" in request.POST:
        return state_paper(request, found)
    context = {"number": number[:100], "typed": typed[:100], "found": found, "is_asked": True}
    return render(request, "citizen/status.html", context)


def _asked_about(number: str, code: str) -> dict[str, Any] | None:
    """State in plain words and nothing about anybody; None unless both fit."""
    tracking = (
        Tracking.objects.select_related("submission__record", "submission__form_version")
        .filter(secret_digest=digest_of(code))
        .first()
    )
    if tracking is None or number.upper() != number_of(tracking.submission).upper():
        return None
    submission = tracking.submission
    return {
        "number": number_of(submission),
        "form": submission.form_version.title,
        "sent": submission.submitted_at,
        "state": _state(submission),
        "brand": brand_of(submission.record.organization) if submission.record else "",
        "told": _told(submission),
        "letters": [letter for source in LETTERS for letter in source(submission)],
    }


def _told(submission: Submission) -> list[tuple[str, str]]:
    """Answers of staff that the form marks for the applicant, in words."""
    spec, answers = submission.form_version.spec, submission.answers
    choices = RecordLookups(Actor.citizen()).choices
    found = []
    for place in places(spec):
        if place.node.get("told") and not place.chain:
            text = say(place.node, answers.get(place.key), spec, choices, language())
            found.append((pick(place.node.get("labels")), text))
    return [(label, text) for label, text in found if text]


def _state(submission: Submission) -> str:
    record = submission.record
    if record is None:
        return _("received")
    return rule_book().by_id[record.register_id].status_label(record.status)
