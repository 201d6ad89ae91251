"""The files that a form shows beside its questions, for those who may fill it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from forms_builder import media_store
from forms_builder.models import FormVersion
from forms_builder.selectors import current_form_version
from registry import access
from registry.models import Draft

FileAnswer = HttpResponse | StreamingHttpResponse


@login_required
@require_safe
def of_portal(request: HttpRequest, code: str, sha256: str) -> FileAnswer:
    """A file of a form that this person may fill, or is filling or correcting."""
    return _answer(request, code, sha256, is_open=_may_fill(request, code), public=False)


@require_safe
def of_public(request: HttpRequest, code: str, sha256: str) -> FileAnswer:
    """A file that a public version of the form shows to everybody."""
    shown = FormVersion.objects.filter(
        definition__code=code, spec__settings__public=True
    ).values_list("spec__media", flat=True)
    is_open = any(sha256 in (media or {}).values() for media in shown)
    return _answer(request, code, sha256, is_open=is_open, public=True)


def _answer(
    request: HttpRequest, code: str, sha256: str, *, is_open: bool, public: bool
) -> FileAnswer:
    media = media_store.find(code, sha256) if is_open else None
    if media is None:
        raise Http404("no such file")
    return media_store.response_for(request, media, public=public)


def _may_fill(request: HttpRequest, code: str) -> bool:
    try:
        version = current_form_version(code)
    except FormVersion.DoesNotExist:
        return False
    if access.may_fill(request.user, version.spec):
        return True
    mine = Draft.objects.filter(user=request.user.pk)
    return mine.filter(form_version__definition__code=code).exists()
