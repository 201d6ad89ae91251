"""Pages of the library: keep questions of a form, insert kept ones into a form."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from config.accounts.actors import Actor
from forms_builder import outline
from forms_builder.copying import draft_spec, insert_nodes, save_to_library
from forms_builder.form_differences import title
from forms_builder.models import FieldLibraryItem, FormDefinition
from forms_builder.uses import edit_url, lock_refusal

may_change = permission_required("forms_builder.change_formdefinition", raise_exception=True)
may_keep = permission_required("forms_builder.add_fieldlibraryitem", raise_exception=True)


def node_choices(form: FormDefinition) -> list[tuple[str, str]]:
    """Everything in a form's draft as (path, words), indented by depth."""
    nodes = outline.walk(draft_spec(form).get("children", ()))
    return [(path, "\u00a0" * 4 * path.count("/") + title(node)) for path, node in nodes]


def section_choices(form: FormDefinition) -> list[tuple[str, str]]:
    """The sections of a form's draft, the last one first: that is the usual place."""
    children = draft_spec(form).get("children", ())
    return [(node["name"], title(node)) for node in reversed(children)]


class KeepForm(forms.Form):
    """What to keep, and what to call it."""

    title_az = forms.CharField(label=gettext_lazy("title in Azerbaijani"), max_length=255)
    title_en = forms.CharField(
        label=gettext_lazy("title in English"), max_length=255, required=False
    )
    paths = forms.MultipleChoiceField(
        label=gettext_lazy("Keep these"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, source: FormDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["paths"].choices = node_choices(source)

    def clean_title_az(self) -> str:
        """Every entry of the library has a title of its own."""
        text: str = self.cleaned_data["title_az"]
        if FieldLibraryItem.objects.filter(title_az=text).exists():
            raise forms.ValidationError(_("The library has an entry of this title already."))
        return text


class InsertForm(forms.Form):
    """What to insert, and where."""

    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Insert these"),
        queryset=FieldLibraryItem.objects.all(),
        widget=forms.CheckboxSelectMultiple,
    )
    section = forms.ChoiceField(
        label=gettext_lazy("Into the section"),
        required=False,
        help_text=gettext_lazy("Whole sections are added at the end of the form."),
    )

    def __init__(self, *args: Any, target: FormDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["section"].choices = section_choices(target)


@may_keep
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Save questions or sections of a form to the library."""
    source = get_object_or_404(FormDefinition, pk=pk)
    form = KeepForm(request.POST or None, source=source)
    if not form.is_valid():
        return _page(request, form, source, _("Save to the library"))
    data = form.cleaned_data
    labels = {"az": data["title_az"], "en": data["title_en"]}
    item = save_to_library(source=source, paths=set(data["paths"]), labels=labels)
    messages.success(request, _("“{title}” is in the library now.").format(title=item))
    return redirect(edit_url(source))


@may_change
def insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Insert entries of the library into a form's draft; taken codes get a number."""
    target = get_object_or_404(FormDefinition, pk=pk)
    form = InsertForm(request.POST or None, target=target)
    if form.is_valid() and (refusal := lock_refusal(target, request.user)):
        form.add_error("items", refusal)
    if not form.is_valid():
        return _page(request, form, target, _("Insert from the library"))
    count = sum(
        insert_nodes(
            target=target,
            nodes=item.spec["children"],
            origin=item.spec,
            section=form.cleaned_data["section"],
            actor=Actor.for_request(request),
        )
        for item in form.cleaned_data["items"]
    )
    text = ngettext("{count} part was inserted.", "{count} parts were inserted.", count)
    messages.success(request, text.format(count=count))
    return redirect(edit_url(target))


def _page(
    request: HttpRequest, form: forms.Form, source: FormDefinition, heading: str
) -> HttpResponse:
    context = {
        "form": form,
        "source": source,
        "heading": heading,
        "edit_url": edit_url(source),
    }
    return render(request, "forms_builder/admin/library.html", context)
