"""The files of a form in the admin: which it names, which are there, sending and removing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from config.accounts.models import User
from forms_builder import media_store
from forms_builder.copying import draft_spec
from forms_builder.models import FormDefinition
from forms_builder.uses import edit_url, lock_refusal

MOST_FILES = 200  # in one go
may_change = permission_required("forms_builder.change_formdefinition", raise_exception=True)


@may_change
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file that the form names or has; POST sends files or removes one."""
    form = get_object_or_404(FormDefinition, pk=pk)
    if request.method == "POST" and (refusal := lock_refusal(form, request.user)):
        messages.error(request, refusal)
        return redirect("forms_builder_media", pk)
    if request.method == "POST" and "remove" in request.POST:
        media_store.remove(form, request.POST["remove"].replace("\0", ""))
        messages.success(request, _("The file was removed from the draft."))
        return redirect("forms_builder_media", pk)
    refused: list[str] = []
    if request.method == "POST":
        refused = _take(request, form)
        if not refused:
            return redirect("forms_builder_media", pk)
    context = {
        "source": form,
        "edit_url": edit_url(form),
        "files": media_store.overview(form, draft_spec(form)),
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "forms_builder/admin/media.html", context, status=status)


def _take(request: HttpRequest, form: FormDefinition) -> list[str]:
    """Keep what was sent; the reasons why files were refused."""
    uploads = request.FILES.getlist("files")[:MOST_FILES]
    if not uploads:
        return [_("Choose files to send.")]
    refused = store(request, form, uploads)
    if kept := len(uploads) - len(refused):
        text = ngettext("{count} file was kept.", "{count} files were kept.", kept)
        messages.success(request, text.format(count=kept))
    return refused


def store(request: HttpRequest, form: FormDefinition, uploads: list[Any]) -> list[str]:
    """Keep files of `form`; the reasons why some were refused."""
    assert isinstance(request.user, User)
    return media_store.save_all(form, uploads, user=request.user, now=timezone.now())


def media_address(form: FormDefinition, spec: Mapping[str, Any]) -> Callable[[str], str] | None:
    """Where the editors of `form` find the files that `spec` shows; None when it shows none."""
    media = spec.get("media")
    if not media or form.pk is None:
        return None

    def address(name: str) -> str:
        sha256 = media.get(name)
        return reverse("forms_builder_media_file", args=[form.pk, sha256]) if sha256 else ""

    return address


@require_safe
@may_change
def file(request: HttpRequest, pk: int, sha256: str) -> HttpResponse | StreamingHttpResponse:
    """One file, for those who edit the form."""
    form = get_object_or_404(FormDefinition, pk=pk)
    media = media_store.find(form.code, sha256)
    if media is None:
        raise Http404("no such file")
    return media_store.response_for(request, media, public=False)
