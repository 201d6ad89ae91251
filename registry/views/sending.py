"""A finished draft goes through the door: as something new, or as a correction."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.actors import Actor
from registry import services
from registry.models import Draft, Submission
from registry.services.submitting import changed_meanwhile
from registry.views.work import DraftWork

# Why something that was sent in is corrected; the words beside it say more.
REASONS = [
    ("mistake", gettext_lazy("it was entered wrongly")),
    ("new_fact", gettext_lazy("something became known later")),
    ("document", gettext_lazy("a document says otherwise")),
    ("request", gettext_lazy("the person asked for it")),
]
REASON_LENGTH = 2000


class ReasonMissing(Exception):
    """A correction must say why; `field` is what was not answered of the two."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def send(request: HttpRequest, work: DraftWork) -> Submission:
    """Submit or amend. Raises what `registry.services` raises, and ReasonMissing."""
    if work.draft.amends is not None:
        return _amend(request, work, work.draft.amends)
    return services.submit(
        version=work.version,
        answers=work.answers,
        actor=Actor.for_request(request),
        now=timezone.now(),
        record=work.draft.record,
        expected_row_version=_seen(request, work.draft.record_row_version),
        client_key=work.draft.uuid,
        draft=work.draft,
    )


@transaction.atomic
def _amend(request: HttpRequest, work: DraftWork, submission: Submission) -> Submission:
    held = Draft.objects.select_for_update().filter(pk=work.draft.pk).first()
    if held is None:  # the second click of two: the first one has sent it
        return Submission.objects.get(pk=submission.pk)
    if held.row_version != work.draft.row_version:
        raise changed_meanwhile()
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:REASON_LENGTH]
    code = request.POST.get("reason_code", "")
    if not reason or code not in dict(REASONS):
        field = "reason" if code in dict(REASONS) else "reason_code"
        why = _("Say why you correct the answers: it stays in the history.")
        raise ReasonMissing(field, why)
    seen = _seen(request, work.draft.amends_row_version)
    amended = services.amend(
        submission=submission,
        answers=work.answers,
        actor=Actor.for_request(request),
        now=timezone.now(),
        expected_row_version=submission.row_version if seen is None else seen,
        reason_code=code,
        reason=reason,
    )
    work.draft.delete()
    return amended


def _seen(request: HttpRequest, at_start: int | None) -> int | None:
    """The version the writer saw: at the start, or after a stale write, when they compared."""
    number = request.POST.get("record_row_version", "")
    return int(number) if number.isdecimal() and len(number) < 10 else at_start
