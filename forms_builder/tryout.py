"""Trying a draft out: fill it, see what it computes, keep the answers as a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from config.accounts.actors import Actor
from config.shared import strict_json
from config.shared.labels import pick
from config.shared.problems import Problem, ProblemsFound
from forms_builder import form_tests, services
from forms_builder.checking import sent_rows
from forms_builder.copying import draft_spec
from forms_builder.lookups import DatabaseLookups
from forms_builder.media_views import media_address
from forms_builder.models import FormDefinition
from forms_builder.outline import children_from_rows
from forms_builder.parts import PartGone
from forms_builder.rendering import merge, parse_post
from forms_builder.rendering.preview import DraftSheet
from forms_builder.rendering.structure import sections
from forms_builder.schema import validate_shape
from forms_builder.sights import roles_of, see_as
from forms_builder.uses import edit_url

Spec = Mapping[str, Any]
may_change = permission_required("forms_builder.change_formdefinition", raise_exception=True)


@dataclass(frozen=True)
class Line:
    """One node in the panel beside the form."""

    path: str
    label: str
    text: str = ""


@xframe_options_sameorigin
@may_change
def try_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest draft with a panel of problems, values and visibility.

    A script asks for the panel alone (`_panel`) while somebody types; `_keep` makes a test.
    """
    form = get_object_or_404(FormDefinition, pk=pk)
    if "phone" in request.GET and request.method == "GET":
        return _at_phone_size(request, form)
    spec = draft_spec(form)
    if problems := validate_shape(spec):
        return _page(request, form, {"broken": problems}, 200)
    with translation.override(_language(request, spec)):
        role = _asked(request, "role")
        seen, seen_as = see_as(role, spec, get_language() or "az")
        sheet, name, error = _sheet(request, form, seen), "", ""
        if request.method == "POST" and "_panel" in request.POST:
            return render(request, "forms_builder/admin/try_panel.html", panel(sheet))
        if request.method == "POST" and "_keep" in request.POST:
            name = request.POST.get("_name", "").strip()
            error = _cannot_keep(sheet, name)
            if not error:
                return _keep(request, form, _sheet(request, form, spec), name)
        checked = sheet.outcome.problems if sheet.outcome and request.method == "POST" else ()
        context = {
            **sheet.context(checked),
            **panel(sheet),
            "name": name,
            "error": error,
            "today": sheet.now.date(),
            "tests": [form_tests.name_of(t, i) for i, t in enumerate(spec.get("tests", ()))],
            **_views(spec, role),
            "seen_as": seen_as,
        }
        return _page(request, form, context, 422 if error else 200)


def _at_phone_size(request: HttpRequest, form: FormDefinition) -> HttpResponse:
    """The same page in a frame as narrow as a phone."""
    query = request.GET.copy()
    del query["phone"]
    context = {"form": form, "whole_url": f"{request.path}?{query.urlencode()}"}
    return render(request, "forms_builder/admin/try_phone.html", context)


def _page(
    request: HttpRequest, form: FormDefinition, context: dict[str, Any], status: int
) -> HttpResponse:
    context |= {"form": form, "edit_url": edit_url(form)}
    return render(request, "forms_builder/admin/try.html", context, status=status)


def _asked(request: HttpRequest, name: str) -> str:
    """What the page's own choice says, else its address."""
    return str(request.POST.get(f"_{name}", request.GET.get(name, "")))


def _views(spec: Spec, role: str) -> dict[str, Any]:
    """The languages and roles that the form can be looked at in."""
    filled_by = spec.get("settings", {}).get("filled_by", ())
    return {
        "languages": [(code, _language_name(code)) for code in spec.get("languages", ())],
        "roles": [(one.code, str(one)) for one in roles_of(filled_by)],
        "role": role,
    }


def _language_name(code: str) -> str:
    """A language in its own words; one that Django does not know by its code."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def _language(request: HttpRequest, spec: Spec) -> str:
    wanted = _asked(request, "language") or (get_language() or "az").split("-")[0]
    spoken = spec.get("languages", ["az", "en"])
    return wanted if wanted in spoken else str(spec.get("default_language", spoken[0]))


def _sheet(request: HttpRequest, form: FormDefinition, spec: Spec) -> DraftSheet:
    """The draft with what was posted, with a test of it (`?test=2`), or as it begins."""
    language = get_language() or "az"
    number = request.GET.get("test", "")
    tests = spec.get("tests", ())
    day, answers = request.POST.get("_today", ""), None
    if request.method == "POST":
        answers = posted_answers(spec, request.POST)
    elif number.isdecimal() and int(number) < len(tests):
        test = tests[int(number)]
        day, answers = test.get("today", ""), test.get("answers", {})
    media_url = media_address(form, spec)
    return DraftSheet(spec, language, answers=answers, now=_noon(day), media_url=media_url)


def _noon(day: str) -> datetime:
    try:
        return form_tests.noon_of(day)
    except ValueError:
        return form_tests.noon_of(None)


def posted_answers(spec: Spec, post: QueryDict) -> dict[str, Any]:
    """The answers of every section as they were posted on one page; files are left out."""
    answers: dict[str, Any] = {}
    for section in sections(spec):
        posted = parse_post(spec, section["name"], post, MultiValueDict(), {}, {})
        answers = merge(answers, posted.answers)
    return answers


def panel(sheet: DraftSheet) -> dict[str, Any]:
    """What the form makes of the answers: problems, computed values, hidden nodes."""
    outcome = sheet.outcome
    if outcome is None:
        return {"does_not_compile": True}
    labels = {
        path: pick(place.node.get("labels"), sheet.language) or place.name
        for path, place in form_tests.key_places(sheet.spec).items()
    }

    def line(path: str, text: Any = "") -> Line:
        return Line(path, labels.get(form_tests.bare(path), path), str(text))

    return {
        "problems": [line(one.path, one.message) for one in outcome.problems],
        "warnings": [line(one.path, one.message) for one in outcome.warnings],
        "values": [
            line(path, value)
            for path, value in outcome.calculations.items()
            if outcome.relevant.get(path)
        ],
        "hidden": [line(path) for path, shown in outcome.relevant.items() if not shown],
    }


def _cannot_keep(sheet: DraftSheet, name: str) -> str:
    if not name:
        return _("Name the test: what does it show?")
    if sheet.outcome is None:
        return _("Correct the form's expressions first; then a test can be kept.")
    return ""


def _keep(
    request: HttpRequest, form: FormDefinition, sheet: DraftSheet, name: str
) -> HttpResponse:
    lock = form.get_lock()
    if lock is not None and lock.for_user(request.user):
        raise PermissionDenied(_("The form is locked; nobody may change it now."))
    test = form_tests.record(
        sheet.spec,
        sheet.answers,
        name=name,
        today=sheet.now.date().isoformat(),
        lookups=sheet.lookups,
        compiled=sheet.compiled,
    )
    services.keep_test(form, test, Actor.for_request(request))
    messages.success(request, _("The test “{name}” was kept in the draft.").format(name=name))
    return redirect(edit_url(form))


@require_POST
@may_change
def run_tests(request: HttpRequest, pk: int) -> JsonResponse:
    """The results of tests as they stand in the editor, run on the newest draft.

    The body is {"tests": [...], "sections"?: StreamField JSON}; the answer {"results":
    [{"name", "green", "differences": [{"path", "message"}]}]} or {"problems": [text]}.
    """
    form = get_object_or_404(FormDefinition, pk=pk)
    try:
        body = strict_json.loads(request.body)
        spec = {**draft_spec(form), "tests": body["tests"]}
        if "sections" in body:
            spec["children"] = children_from_rows(sent_rows({**body, "form": pk}).sections)
        found = form_tests.shape_problems(spec["tests"]) or validate_shape(spec)
        results = [] if found else form_tests.run(spec, DatabaseLookups())
    except ProblemsFound as refused:
        found, results = list(refused.problems), []
    except (ValueError, KeyError, TypeError, AttributeError, PartGone):
        return JsonResponse({"problems": [_("The form could not be read.")]}, status=400)
    return JsonResponse(
        {
            "problems": [_said(problem) for problem in found],
            "results": [
                {
                    "name": result.name,
                    "green": result.is_green,
                    "differences": [vars(one) for one in result.differences],
                }
                for result in results
            ],
        }
    )


def _said(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else str(problem.message)
