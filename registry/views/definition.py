"""What the browser needs of a form to help while one of its pages is filled."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from forms_builder.rendering.structure import sections
from registry.models import Draft
from registry.views.citizen_wizard import CitizenWork
from registry.views.holding import code_of, draft_of
from registry.views.work import DraftWork


@login_required
@require_safe
def of_draft(request: HttpRequest, uuid: UUID, section: str, tag: str) -> HttpResponse:
    """For a page of one's own draft; another address whenever the content would change."""
    drafts = Draft.objects.select_related("record__register", "amends__record")
    draft = get_object_or_404(drafts, uuid=uuid, user=request.user)
    return _definition(DraftWork.of_request(request, draft), section, tag)


@require_safe
def of_citizen(request: HttpRequest, code: str, section: str, tag: str) -> HttpResponse:
    """The same for the public form that this browser has begun."""
    draft = draft_of(code_of(request, code), code)
    if draft is None:
        raise Http404("no such draft")
    return _definition(CitizenWork(draft, None, timezone.now()), section, tag)


def _definition(work: DraftWork, section: str, tag: str) -> HttpResponse:
    """The part of the form that this person may see; nothing under an old address."""
    known = {node["name"] for node in sections(work.spec) if not node.get("withheld")}
    if section not in known or work.extract(section).tag != tag:
        raise Http404("no such page")
    definition = work.extract(section).definition
    response = HttpResponse(definition, content_type="application/json")
    response["Cache-Control"] = "private, max-age=3600"
    return response
