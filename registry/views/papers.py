"""Forms as PDF: blank ones, what was sent in, and receipts; the content of the print pages."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.papers import Answer, Paper, PaperFailed, Section, render
from config.shared.templatetags.dayaq import az_datetime
from registry import audit
from registry.citizens import in_groups
from registry.models import Submission
from registry.papers import blank_paper, brand_for, brand_of, receipt_paper, sheet_paper
from registry.views.fill import own_receipt
from registry.views.holding import code_of, language, limited, number_of, private, sent_with
from registry.views.printing import blank_sections, sheet_to_print
from registry.views.shape import page_language

logger = logging.getLogger(__name__)


def answer(
    request: HttpRequest,
    paper: Paper,
    name: str,
    otherwise: str,
    pictures: Mapping[str, bytes] | None = None,
) -> HttpResponse:
    """The paper as a file called `name`; back to the page `otherwise` when it fails."""
    try:
        made = render(paper, pictures)
    except PaperFailed as error:
        logger.warning("paper failed", extra={"reason": error.reason})
        messages.error(
            request, _("The PDF could not be made. Print the page in the browser instead.")
        )
        return redirect(otherwise)
    response = HttpResponse(made, content_type="application/pdf")
    disposition = content_disposition_header(True, f"{name.replace('/', '-')}.pdf")
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def blank(request: HttpRequest, code: str) -> HttpResponse:
    """The form as it is now, to be filled by hand."""
    version, sections = blank_sections(request, code)
    assert isinstance(request.user, User)
    brand = brand_for(request.user)
    paper = blank_paper(version, sections, page_language(version), brand)
    return answer(
        request, paper, f"{code}-v{version.number}", reverse("portal:print-form", args=[code])
    )


@login_required
@require_safe
def submission(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was sent in, with its pictures, as far as this reader may see it."""
    sheet, record = sheet_to_print(request, uuid)
    assert isinstance(request.user, User)
    paper, pictures = sheet_paper(
        sheet.submission, record, sheet.sections, request.user, language()
    )
    audit.record_read(record, actor=Actor.for_request(request), part="pdf")
    return answer(request, paper, record.key, reverse("portal:print", args=[uuid]), pictures)


@login_required
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The number of what one has sent in."""
    sent = own_receipt(request, uuid)
    number, record = number_of(sent), sent.record
    facts = _facts(sent)
    if record is not None:
        facts.insert(1, (_("Register"), record.register.title))
    facts.append((_("Sent by"), str(request.user)))
    note = _("Write down the number: it finds the record everywhere.")
    paper = receipt_paper(_title(number), facts, note, language(), _brand(sent))
    return answer(request, paper, number, reverse("portal:receipt", args=[uuid]))


def _title(number: str) -> str:
    return _("Number %(number)s") % {"number": number}


def _facts(sent: Submission) -> list[tuple[str, str]]:
    return [
        (_("Form"), sent.form_version.title),
        (_("Sent"), az_datetime(sent.submitted_at)),
    ]


@private
@require_safe
def citizen_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The number and the code of what this browser has just sent; none of the answers."""
    held = code_of(request, code)
    sent = sent_with(held, code)
    if sent is None:
        raise Http404("nothing was sent")
    if refusal := limited(request, "status"):
        return refusal
    number = number_of(sent)
    facts = [*_facts(sent), (_("Code"), in_groups(held))]
    note = _(
        "With the number and the code you can ask where your request stands; "
        "without the code nobody is told."
    )
    paper = receipt_paper(_title(number), facts, note, language(), _brand(sent))
    return answer(request, paper, number, reverse("citizen:receipt", args=[code]))


def _brand(sent: Submission) -> str:
    return brand_of(sent.record.organization) if sent.record else ""


def state_paper(request: HttpRequest, found: Mapping[str, Any]) -> HttpResponse:
    """Where a request stands, as the status page tells it (`citizen.status`)."""
    facts = [
        (_("State"), str(found["state"])),
        (_("Form"), str(found["form"])),
        (_("Sent"), az_datetime(found["sent"])),
        *found["told"],
        (_("Asked"), az_datetime(timezone.now())),
    ]
    letters = [
        Section(letter.title, [Answer(az_datetime(letter.at), letter.text)])
        for letter in found["letters"]
    ]
    paper = receipt_paper(_title(found["number"]), facts, "", language(), found["brand"])
    paper = replace(paper, sections=letters)
    return answer(request, paper, found["number"], reverse("citizen:status"))
