"""Filling a form in the portal: its beginning, its owner, its receipt."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from config.accounts.access import authority_ended
from config.accounts.models import User
from config.accounts.selectors import appointments_in_force
from config.accounts.views import keep_language
from config.shared.resend import sign_in_first
from forms_builder.models import FormVersion
from forms_builder.selectors import current_form_version, form_version_by_pk
from registry import access, drafting
from registry.correcting import ended_at, own_until
from registry.models import Draft, Record, Submission
from registry.views.records import may_correct
from registry.views.sending import send
from registry.views.starting import begin
from registry.views.wizard import DraftWizard
from registry.views.work import DraftWork

# In the session: which submission each of the last drafts corrected.
CORRECTIONS, MOST_CORRECTIONS = "corrections", 10
# Written out: it is asked on every page of a form.
OWN_DRAFT = "SELECT * FROM registry_draft WHERE uuid = %s AND user_id = %s"


@login_required
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a form: a draft is made and its first step opened."""
    try:
        version = current_form_version(code)
    except FormVersion.DoesNotExist as error:
        raise Http404(str(error)) from error
    return begin(request, version)


@method_decorator(sign_in_first, name="dispatch")
class FillWizard(DraftWizard):
    """The steps of a draft that belongs to an account."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the writer's own draft; one that was sent in already leads to its receipt."""
        uuid: UUID = kwargs["uuid"]
        # The version comes from this process's memory; a record only few drafts have.
        draft = next(iter(Draft.objects.raw(OWN_DRAFT, [uuid, request.user.pk])), None)
        if draft is None:
            return _sent_already(request, uuid)
        self.work = DraftWork.of_request(request, draft)
        assert isinstance(request.user, User)
        if not appointments_in_force(request.user, timezone.localdate()):
            return self._keep_without_authority(request.user)
        if draft.amends is not None and not may_correct(request, draft.amends):
            self._keep()
            raise PermissionDenied(_("You may no longer correct this form."))
        return self.work_on(self.work, *args, **kwargs)

    def _keep_without_authority(self, user: User) -> HttpResponse:
        """An appointment ended in the middle: keep what was typed, show nothing more."""
        self._keep()
        return authority_ended(self.request, user)

    def _keep(self) -> None:
        """Put what was typed into the draft, whatever else happens."""
        step = self.kwargs.get("step", "")
        if self.request.method == "POST" and step != self.work.review:
            with suppress(KeyError, drafting.DraftConflict):
                typed = self.work.read(step, self.request.POST, self.request.FILES)
                self.work.take(step, typed, *self.drawn_from())

    def left(self) -> HttpResponse:
        """The list of drafts."""
        messages.success(self.request, _("The draft was saved."))
        return redirect("portal:drafts")

    def in_language(self, language: str, address: str) -> HttpResponse:
        """The same step; the language is kept for good."""
        response = redirect(address)
        keep_language(self.request, response, language)
        return response

    def send(self) -> Submission:
        """As something new, or as a correction."""
        return send(self.request, self.work)

    def sent(self, submission: Submission) -> HttpResponse:
        """The receipt; for a correction the record."""
        if self.work.draft.amends_id:
            messages.success(
                self.request,
                _("The correction was saved; the old answers stay in the history."),
            )
            _note_correction(self.request, self.work.draft, submission)
            return _after_correction(self.request, submission)
        return redirect("portal:receipt", submission.uuid)


def _note_correction(request: HttpRequest, draft: Draft, submission: Submission) -> None:
    """Remember what a draft corrected, which is gone with it: people click twice."""
    noted = [*request.session.get(CORRECTIONS, {}).items()][1 - MOST_CORRECTIONS :]
    request.session[CORRECTIONS] = {**dict(noted), str(draft.uuid): str(submission.uuid)}


def _after_correction(request: HttpRequest, submission: Submission) -> HttpResponse:
    """The record, or for who may not read it the receipt."""
    if submission.record and _may_open(request, submission.record):
        return redirect("portal:record", submission.record.uuid)
    return redirect("portal:receipt", submission.uuid)


def _may_open(request: HttpRequest, record: Record | None) -> bool:
    """Whether this person may read the record."""
    mine = access.records_for(request.user)
    return record is not None and mine.filter(pk=record.pk).exists()


def _sent_already(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The second click of two: lead to what the first one made."""
    corrected = request.session.get(CORRECTIONS, {}).get(str(uuid))
    if corrected is not None:
        sent = Submission.objects.select_related("record").get(uuid=corrected)
        answer = _after_correction(request, sent)
    else:
        sent = get_object_or_404(Submission, client_key=uuid, submitted_by=request.user.pk)
        answer = redirect("portal:receipt", sent.uuid)
    if "_autosave" in request.POST:
        return JsonResponse({"sent": True}, status=410)
    return answer


def own_receipt(request: HttpRequest, uuid: UUID) -> Submission:
    """What this person has sent in, with its record. Raises Http404."""
    mine = Submission.objects.select_related("record__register")
    submission = get_object_or_404(mine, uuid=uuid, submitted_by=request.user.pk)
    submission.form_version = form_version_by_pk(submission.form_version_id)
    return submission


@login_required
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The number of the record and what happens next."""
    submission = own_receipt(request, uuid)
    record = submission.record
    context = {
        "submission": submission,
        "record": record,
        "can_open": _may_open(request, record),
        "until": own_until(submission, request.user),
        "ended": ended_at(submission, timezone.now()),
    }
    return render(request, "portal/receipt.html", context)
