"""Searching a list too long to show, page by page, while a draft is filled."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.shared.labels import pick
from forms_builder.rendering.choice_options import matching
from registry.models import Draft
from registry.views.citizen_wizard import CitizenWork
from registry.views.holding import code_of, draft_of
from registry.views.work import DraftWork

PAGE = 50


@login_required
@require_safe
def of_draft(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """The choices of a question in a draft of one's own: `?path=&q=&page=`."""
    draft = get_object_or_404(Draft, uuid=uuid, user=request.user)
    return _page(request, DraftWork.of_request(request, draft))


@require_safe
def of_citizen(request: HttpRequest, code: str) -> JsonResponse:
    """The same for the public form that this browser has begun."""
    draft = draft_of(code_of(request, code), code)
    if draft is None:
        raise Http404("no such draft")
    return _page(request, CitizenWork(draft, None, timezone.now()))


def _page(request: HttpRequest, work: DraftWork) -> JsonResponse:
    """`{"items": [{"name", "label"}], "count", "next": page or null}`."""
    path = request.GET.get("path", "")
    try:
        place = work.place_at(path)
        if place is None or place.path in work.withheld:
            raise Http404("no such question")
        offered = work.outcome.choices_for(path)
    except KeyError as error:
        raise Http404("no such list") from error
    found = matching(offered, request.GET.get("q", "")[:100], work.language)
    number = request.GET.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 6 else 0
    shown = found[page * PAGE : (page + 1) * PAGE]
    items = [
        {"name": choice.name, "label": pick(choice.labels, work.language) or choice.name}
        for choice in shown
    ]
    more = page + 1 if len(found) > (page + 1) * PAGE else None
    return JsonResponse({"items": items, "count": len(found), "next": more})
