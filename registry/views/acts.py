"""Acts on one record from its page: its status, who works on it, correcting a form."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.http import act_of
from registry import access, drafting, services
from registry.correcting import own_until
from registry.models import Record, Submission
from registry.views.records import may_amend, record_context, visible_record

REASON_LENGTH = 2000


@login_required
@act_of("portal:record")
def transition(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move the record to another status; a refusal shows the page again with its reason."""
    record = visible_record(request, uuid)
    status, reason = request.POST.get("status", ""), _reason(request)
    try:
        services.transition(
            record=record,
            status=status,
            actor=Actor.for_request(request),
            now=timezone.now(),
            expected_row_version=_expected(request),
            reason=reason,
        )
    except (services.MoveRefused, services.AnswersInvalid, PermissionDenied) as refusal:
        return _refused(request, record, str(refusal), "status", status, reason)
    except services.StaleWrite as stale:
        return _refused(request, record, str(stale), "status", status, reason)
    messages.success(request, _("The status was changed."))
    return redirect("portal:record", uuid)


@login_required
@act_of("portal:record")
def assign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the record to a colleague, found by name or user name, or take it oneself."""
    record = visible_record(request, uuid)
    name = request.POST.get("assignee", "").replace("\0", "").strip()
    reason = _reason(request)
    assignee = User.objects.filter(username=name, is_active=True).first()
    if assignee is None:
        message = _("Nobody has this user name. Choose a person from the list.")
        return _refused(request, record, message, "assignee", name, reason)
    try:
        services.assign(
            record=record,
            assignee=assignee,
            actor=Actor.for_request(request),
            now=timezone.now(),
            reason=reason,
        )
    except PermissionDenied as refusal:
        return _refused(request, record, str(refusal), "assignee", name, reason)
    messages.success(request, _("The record was assigned to %(name)s.") % {"name": assignee})
    return redirect("portal:record", uuid)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "").strip()[:REASON_LENGTH]


def _expected(request: HttpRequest) -> int:
    """The row version that the page showed; 0, which no row has, where it says none."""
    number = request.POST.get("row_version", "")
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _refused(
    request: HttpRequest, record: Record, message: str, act: str, value: str, reason: str
) -> HttpResponse:
    """The record as it stands now, what was refused and why, and what was typed."""
    now = visible_record(request, record.uuid)
    refusal = {"message": message, "act": act, "value": value, "reason": reason}
    context = record_context(request, now, refusal=refusal)
    return render(request, "portal/record.html", context, status=409)


@login_required
@require_POST
def amend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a submission's answers as a draft; sending that draft in amends the submission."""
    submission = get_object_or_404(
        Submission.objects.select_related("form_version", "record__district"), uuid=uuid
    )
    if own_until(submission, request.user) is None:
        _require_amender(request, submission)
    assert isinstance(request.user, User)
    draft = drafting.open_amendment(
        submission=submission, user=request.user, now=timezone.now()
    )
    return redirect("portal:draft", draft.uuid)


def _require_amender(request: HttpRequest, submission: Submission) -> None:
    """404 for who may not see the record, 403 for who may not correct all of it."""
    if submission.record is None:
        raise Http404("no record")
    record = visible_record(request, submission.record.uuid)
    if not may_amend(request.user, submission, access.fields_for(request.user, record)):
        raise PermissionDenied(_("You may not correct this form."))
