"""Forms on paper: blank ones, and what was sent in."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.accounts.actors import Actor
from forms_builder.models import FormVersion
from forms_builder.rendering.blank import BlankSection, blank_form
from forms_builder.selectors import ListSnapshot, current_form_version
from registry import access, audit
from registry.models import Record, Submission
from registry.seen import seen_version, withheld_from
from registry.views.records import Sheet, sheets_of, visible_record
from registry.views.shape import page_language


@login_required
@require_safe
def blank(request: HttpRequest, code: str) -> HttpResponse:
    """The form as it is now, to be filled by hand."""
    version, sections = blank_sections(request, code)
    context = {"version": version, "sections": sections}
    return render(request, "portal/print_blank.html", context)


def blank_sections(request: HttpRequest, code: str) -> tuple[FormVersion, list[BlankSection]]:
    """The newest version of a form that this person may fill, as far as they may see it."""
    try:
        version = current_form_version(code)
    except FormVersion.DoesNotExist as error:
        raise Http404("no such form") from error
    if not access.may_fill(request.user, version.spec):
        raise PermissionDenied
    withheld = withheld_from(Actor.for_request(request), version)
    spec = seen_version(version, withheld).spec
    language = page_language(version)
    return version, blank_form(spec, choices=ListSnapshot().choices, language=language)


@login_required
@require_safe
def submission(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was sent in, in the words of its version, as far as this reader may see it."""
    sheet, record = sheet_to_print(request, uuid)
    audit.record_read(record, actor=Actor.for_request(request), part="print")
    return render(request, "portal/print_sheet.html", {"sheet": sheet, "record": record})


def sheet_to_print(request: HttpRequest, uuid: UUID) -> tuple[Sheet, Record]:
    """A submission of a record that this reader may see, in words."""
    sent = get_object_or_404(Submission.objects.select_related("record"), uuid=uuid)
    if sent.record is None:
        raise Http404("no such record")
    record = visible_record(request, sent.record.uuid)
    sheets = sheets_of(request.user, record, access.fields_for(request.user, record), str(uuid))
    sheet = next((one for one in sheets if one.submission.pk == sent.pk), None)
    if sheet is None:
        raise Http404("no such form")
    return sheet, record
