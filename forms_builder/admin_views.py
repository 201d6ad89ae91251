"""Pages of the admin around the editor: expressions, workbooks, copying, a new service."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from config.accounts.actors import Actor
from config.shared import strict_json
from config.shared.problems import ProblemsFound
from forms_builder import outline, repair_views
from forms_builder.checking import (
    NotACondition,
    condition_answer,
    draft_problems,
    expression_problems,
    incomplete,
    sent_rows,
    values_of,
)
from forms_builder.copying import copy_nodes, draft_spec
from forms_builder.form_differences import title
from forms_builder.models import FormDefinition
from forms_builder.parts import PartGone
from forms_builder.uses import edit_url, lock_refusal
from forms_builder.xlsform.importing import import_workbook
from forms_builder.xlsform.reader import form_code

MOST_FILES = 200  # beside one workbook
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
# What the editor sends may be nonsense, or of a part or form that is gone.
UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    PartGone,
    FormDefinition.DoesNotExist,
)
may_change = permission_required("forms_builder.change_formdefinition", raise_exception=True)
may_add = permission_required("forms_builder.add_formdefinition", raise_exception=True)


@require_POST
@may_change
def check_expression(request: HttpRequest) -> JsonResponse:
    """What is wrong with one expression of the form as it stands in the editor.

    The body is {"sections": StreamField JSON, "section": index, "row": index or null,
    "attribute": "relevant"}; the answer {"problems": [text, ...]}.
    """
    try:
        body = strict_json.loads(request.body)
        sent = sent_rows(body)
        spot = sent.spot(int(body["section"]), body["row"])
        found = expression_problems(sent.sections, *spot, str(body["attribute"]))
    except UNREADABLE:
        return JsonResponse({"problems": [_("The form could not be read.")]}, status=400)
    return JsonResponse({"problems": found})


@require_POST
@may_change
def condition(request: HttpRequest) -> JsonResponse:
    """One condition as text, rows and sentences; see `checking.condition_answer`."""
    try:
        return JsonResponse(condition_answer(strict_json.loads(request.body)))
    except NotACondition:
        return JsonResponse({"problems": [incomplete()]}, status=422)
    except UNREADABLE:
        return JsonResponse({"problems": [_("The form could not be read.")]}, status=400)


@require_POST
@may_change
def problems(request: HttpRequest) -> JsonResponse:
    """Everything wrong with the form as it stands; see `checking.draft_problems`."""
    try:
        return JsonResponse({"problems": draft_problems(strict_json.loads(request.body))})
    except UNREADABLE:
        return JsonResponse({"problems": []}, status=400)


@may_change
def list_values(request: HttpRequest) -> JsonResponse:
    """The values of a list, for the rows of a condition."""
    form = request.GET.get("form", "")
    found = values_of(request.GET.get("list", ""), int(form) if form.isdecimal() else None)
    return JsonResponse(found)


class WorkbookForm(forms.Form):
    """An uploaded workbook."""

    workbook = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("An XLSForm, .xlsx or .xls, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.xlsm"}),
    )
    any_language = forms.BooleanField(
        label=gettext_lazy("The labels may be in any language"),
        required=False,
        help_text=gettext_lazy("Otherwise Azerbaijani labels are required."),
    )

    def clean_workbook(self) -> Any:
        """Refuse what is no workbook by name or is too large."""
        upload = self.cleaned_data["workbook"]
        if Path(upload.name).suffix.lower() not in (".xlsx", ".xls", ".xlsm"):
            raise forms.ValidationError(_("Choose a file that ends in .xlsx or .xls."))
        if upload.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return upload


@may_add
def import_xlsform(request: HttpRequest) -> HttpResponse:
    """Upload a workbook; it lands as a draft, or every problem is named by its cell."""
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            imported = _import(request, form)
            if isinstance(imported, HttpResponse):
                return imported
        except ProblemsFound as refused:
            context["problems"] = refused.problems
        else:
            definition = FormDefinition.objects.get(code=imported.form)
            url = reverse("forms_builder_media", args=[definition.pk])
            about = {"edit_url": edit_url(definition), "files_url": url}
            context |= {"imported": imported, **about}
    status = 422 if context.get("problems") or form.errors else 200
    return render(request, "forms_builder/admin/import.html", context, status=status)


def _import(request: HttpRequest, form: WorkbookForm) -> Any:
    """What was imported, or the page of the repair assistant."""
    upload = form.cleaned_data["workbook"]
    with TemporaryDirectory() as folder:
        name = Path(upload.name)
        path = Path(folder) / f"{form_code(name.stem)}{name.suffix.lower()}"
        path.write_bytes(upload.read())
        any_language = form.cleaned_data["any_language"]
        files = request.FILES.getlist("files")[:MOST_FILES]
        try:
            return import_workbook(
                path,
                code=None,
                publish=False,
                any_language=any_language,
                actor=Actor.for_request(request),
                now=timezone.now(),
                files=files,
            )
        except ProblemsFound:
            stem = name.stem[:100]
            return repair_views.begin(
                request, path, stem=stem, any_language=any_language, files=files
            )


class CopyForm(forms.Form):
    """What to copy, and where to."""

    paths = forms.MultipleChoiceField(
        label=gettext_lazy("Copy these"), widget=forms.CheckboxSelectMultiple
    )
    target = forms.ModelChoiceField(
        label=gettext_lazy("To the form"), queryset=FormDefinition.objects.none()
    )
    section = forms.CharField(
        label=gettext_lazy("Into the section"),
        required=False,
        help_text=gettext_lazy("The code of a section there; empty means the last one."),
    )

    def __init__(self, *args: Any, source: FormDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["target"].queryset = FormDefinition.objects.exclude(pk=source.pk)
        nodes = outline.walk(draft_spec(source).get("children", ()))
        fields["paths"].choices = [
            (path, "\u00a0" * 4 * path.count("/") + title(node)) for path, node in nodes
        ]

    def clean(self) -> dict[str, Any]:
        """The section must exist in the target."""
        data = super().clean() or {}
        section, target = data.get("section"), data.get("target")
        if section and target:
            names = {node["name"] for node in draft_spec(target).get("children", ())}
            if section not in names:
                message = _("The form has no section “{code}”. There are: {codes}.")
                codes = ", ".join(sorted(names))
                self.add_error("section", message.format(code=section, codes=codes))
        return data


@may_change
def copy_to_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy questions or sections of a form to another form's draft."""
    source = get_object_or_404(FormDefinition, pk=pk)
    form = CopyForm(request.POST or None, source=source)
    if form.is_valid() and (refusal := lock_refusal(form.cleaned_data["target"], request.user)):
        form.add_error("target", refusal)
    if not form.is_valid():
        context = {"form": form, "source": source, "edit_url": edit_url(source)}
        return render(request, "forms_builder/admin/copy.html", context)
    data = form.cleaned_data
    count = copy_nodes(
        source=source,
        target=data["target"],
        paths=set(data["paths"]),
        section=data["section"],
        actor=Actor.for_request(request),
    )
    text = ngettext("{count} part was copied.", "{count} parts were copied.", count)
    messages.success(request, text.format(count=count))
    return redirect(edit_url(data["target"]))


# The steps of a new kind of service: title, what it is, snippet whose listing and "add" open.
SERVICE_STEPS = [
    (
        gettext_lazy("Lists of values"),
        gettext_lazy("The values that questions choose from. Skip it when all lists exist."),
        "forms_builder_choicelist",
    ),
    (
        gettext_lazy("Register"),
        gettext_lazy("Where the records live: their number, statuses and columns."),
        "registry_register",
    ),
    (
        gettext_lazy("Form"),
        gettext_lazy("The questions, and in its settings the register that it fills."),
        "forms_builder_formdefinition",
    ),
    (
        gettext_lazy("Protocol"),
        gettext_lazy("What follows a submitted form: steps, who does them, until when."),
        "protocols_protocol",
    ),
    (
        gettext_lazy("Service page"),
        gettext_lazy("What people read about the service, with its form and protocol."),
        "content_service",
    ),
]


def new_service_type(request: HttpRequest) -> HttpResponse:
    """The way to a new kind of service, step by step."""
    steps = [
        {"title": title, "help": text, "list": _url(name, "list"), "add": _url(name, "add")}
        for title, text, name in SERVICE_STEPS
    ]
    return render(request, "forms_builder/admin/new_service_type.html", {"steps": steps})


def _url(name: str, view: str) -> str:
    try:
        return reverse(f"wagtailsnippets_{name}:{view}")
    except NoReverseMatch:
        return ""
