"""Drafts: the list, throwing one away, going on in a newer version, files and look-ups."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.ranges import file_response
from forms_builder.rendering import say
from forms_builder.selectors import current_form_version
from registry import access, audit, drafting, uploads
from registry.answers import Item, items_of
from registry.models import Attachment, Draft, Submission
from registry.views.listing import drafts_of
from registry.views.starting import find_records
from registry.views.work import DraftWork

logger = logging.getLogger(__name__)


def _own(request: HttpRequest, uuid: UUID) -> Draft:
    drafts = Draft.objects.select_related("form_version__definition", "record__register")
    return get_object_or_404(drafts, uuid=uuid, user=request.user)


@login_required
def drafts(request: HttpRequest) -> HttpResponse:
    """Forms this person has begun."""
    assert isinstance(request.user, User)
    context = {"drafts": drafts_of(request.user, 200)}
    return render(request, "portal/drafts.html", context)


@login_required
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then throw a draft away."""
    draft = _own(request, uuid)
    if request.method != "POST":
        return render(request, "portal/discard.html", {"draft": draft})
    drafting.discard(draft)
    messages.success(request, _("The draft was deleted."))
    return redirect("portal:drafts")


@login_required
def continue_in_new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what a newer version of the form would take over; do it when asked.

    Asked for another version than is the newest now, show that first.
    """
    draft = _own(request, uuid)
    newest = current_form_version(draft.form_version.code)
    if newest.pk == draft.form_version_id or draft.amends_id:
        return redirect("portal:draft", draft.uuid)
    if request.method == "POST" and request.POST.get("number") == str(newest.number):
        drafting.move_to(draft=draft, version=newest, now=timezone.now())
        messages.success(request, _("You go on in the newest version of the form."))
        return redirect("portal:draft", draft.uuid)
    work = DraftWork.of_request(request, draft)
    carried = drafting.carry_over(draft, newest)
    places = drafting.top_places(work.version)
    dropped = [
        (
            work.label(places[key].node) if key in places else key,
            _words(work, places[key].node, value) if key in places else str(value),
        )
        for key, value in carried.dropped.items()
        if key not in places or places[key].path not in work.withheld
    ]
    context = {"draft": draft, "newest": newest, "dropped": dropped, "kept": carried.answers}
    return render(request, "portal/new_version.html", context)


def _words(work: DraftWork, node: Any, value: Any) -> str:
    if node["kind"] == "repeat":
        return _("%(count)s rows") % {"count": len(value)}
    return say(node, value, work.spec, work.choices, work.language)


@login_required
@require_GET
def lookup(request: HttpRequest, register: str) -> HttpResponse:
    """Suggestions for a question that names a record: numbers and titles."""
    query = request.GET.get("q", "").strip()
    found = find_records(request, register, query, "read") if len(query) > 1 else []
    return JsonResponse({"items": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: HttpRequest, uuid: UUID) -> HttpResponse | StreamingHttpResponse:
    """A stored file, for the writer of its draft or a reader of its record and question.

    Pages show pictures and play recordings from here; a browser that opens the address itself
    saves the file instead.
    """
    found = get_object_or_404(
        Attachment.objects.select_related("draft", "submission__record__district"), uuid=uuid
    )
    if not _may_read(request, found):
        raise Http404("no such file")
    if not found.file.storage.exists(found.file.name):
        logger.error("file is gone", extra={"file": str(found.uuid)})
        raise Http404("the file is gone")
    if found.is_quarantined:
        return _quarantine(request, found)
    if found.submission is not None and found.submission.record is not None:
        audit.download(
            found.submission.record, actor=Actor.for_request(request), name=str(found.uuid)
        )
    response = file_response(
        request,
        found.file,
        name=found.name,
        content_type=found.content_type,
        as_attachment=True,
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _quarantine(request: HttpRequest, found: Attachment) -> HttpResponse:
    """Warn before a file that nobody has looked into; whoever takes it answers for it.

    Its sender does not: the warning is for those who get it from them.
    """
    is_own = found.uploaded_by_id == request.user.pk
    if request.method != "POST" or is_own:
        is_from_stranger = found.uploaded_by_id is None
        context = {"file": found, "is_from_stranger": is_from_stranger, "is_own": is_own}
        return render(request, "portal/quarantine.html", context)
    record = found.submission.record if found.submission else None
    actor = Actor.for_request(request)
    audit.log("registry.release", actor=actor, instance=record, data={"file": str(found.uuid)})
    uploads.release(found)
    return redirect("portal:attachment", found.uuid)


def _may_read(request: HttpRequest, found: Attachment) -> bool:
    if found.draft is not None:
        return found.draft.user_id == request.user.pk
    submission = found.submission
    if submission is None:
        return found.uploaded_by_id == request.user.pk
    record = submission.record
    if record is None:
        return submission.submitted_by_id == request.user.pk
    if not access.records_for(request.user).filter(pk=record.pk).exists():
        return False
    fields = access.fields_for(request.user, record)
    item = _question_of(submission, str(found.uuid))
    return item is not None and fields.readable(item)


def _question_of(submission: Submission, file_id: str) -> Item | None:
    """The question that the file answers; its sensitivity decides who may have the file."""
    return _holder(submission.answers, items_of(submission.form_version.spec), file_id)


def _holder(answers: Any, items: Iterable[Item], file_id: str) -> Item | None:
    for item in items:
        value = answers.get(item.key)
        if item.is_repeat and isinstance(value, list):
            for row in value:
                if inner := _holder(row, item.inner, file_id):
                    return inner
        elif isinstance(value, dict) and value.get("id") == file_id:
            return item
    return None
