"""The editor's page of one part of a large form, and of the list of its sections."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.snippets.views import snippets

from forms_builder.parts import (
    WHOLE_ROWS,
    Part,
    PartGone,
    address_of,
    part_at,
    part_from,
    row_count,
)


class PartsMixin(snippets.EditView):
    """A large form opens on the list of its sections; `?section=...` edits one of them.

    A form of at most WHOLE_ROWS rows is edited whole, unless a section is asked for. An
    older revision is always shown whole, for all of it is to come back.
    """

    request: HttpRequest
    object: Any
    form: Any
    view_name: str

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; of a part that is gone, the list of sections."""
        try:
            _part = self.part
        except PartGone:
            messages.warning(request, _("This part of the form is no longer there."))
            return redirect(self.request.path)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    @cached_property
    def part(self) -> Part | None:
        """What the address asks for; None is the whole form. Raises PartGone."""
        if self.view_name == "revisions_revert":
            return None
        sections = self.object.sections.get_prep_value()
        if "section" in self.request.GET:
            return part_at(sections, self.request.GET)
        return Part() if row_count(sections) > WHOLE_ROWS else None

    def get_form_kwargs(self) -> dict[str, Any]:
        """The part to show; what is sent says itself which one it is."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs if self.request.method == "POST" else {**kwargs, "part": self.part}

    def get_edit_url(self) -> str:
        """This page, with its part."""
        url: str = super().get_edit_url()
        form = getattr(self, "form", None)
        return url + (address_of(form.part) if form is not None and form.part else "")

    def get_success_url(self) -> str:
        """Where the page wanted to go on after saving, when it says so."""
        url: str = super().get_success_url()
        sent = self.request.POST
        if sent.get("section_act") == "add" and url == self.get_edit_url():
            added = self.form.instance.sections.get_prep_value()[-1]["id"]
            return url + address_of(Part(added))
        if "go_to" not in sent or url != self.get_edit_url():
            return url
        wanted = part_from(QueryDict(sent["go_to"].lstrip("?")).dict())
        return url.partition("?")[0] + (address_of(wanted) if wanted else "")
