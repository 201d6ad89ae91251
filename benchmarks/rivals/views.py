"""Pages that draw or store the form, each in the way of its candidate."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from benchmarks.material import CODE, LISTS, SECTION, kinds
from benchmarks.rivals.models import QUESTIONS, Filled
from benchmarks.rivals.plain import applied, form_class
from forms_builder.evaluation import evaluate
from forms_builder.lookups import DatabaseLookups
from forms_builder.rendering import Filling, pages_of
from forms_builder.selectors import current_form_version

HOLE = "token-comes-here"
_kept: dict[int, tuple[str, str]] = {}


def django_form(request: HttpRequest, count: int) -> HttpResponse:
    """Plain Django: the class kept, its widgets drawn by their templates."""
    return render(request, "rivals/page.html", {"form": form_class(count)()})


def dayaq_form(request: HttpRequest, count: int) -> HttpResponse:
    """Dayaq's engine: evaluated, then drawn, nothing of the page kept."""
    return render(request, "rivals/questions.html", {"questions": drawn(count)})


def drawn(count: int) -> str:
    """The questions of an empty form."""
    version = current_form_version(CODE.format(count=count))
    local = timezone.localtime()
    outcome = evaluate(
        version.spec,
        {},
        today=local.date(),
        now=local,
        lookups=DatabaseLookups(),
        compiled=version.compiled,
    )
    filling = Filling(
        relevant=outcome.relevant,
        values=outcome.calculations,
        required=outcome.required,
        choices=lambda code: (),
    )
    return pages_of(version, "az").section(SECTION, filling)


def kept_form(request: HttpRequest, count: int) -> HttpResponse:
    """The floor: a page kept whole, with the visitor's token put into it."""
    if count not in _kept:
        page = render_to_string(
            "rivals/questions.html", {"questions": drawn(count), "csrf_token": HOLE}
        )
        before, _hole, after = page.partition(HOLE)
        _kept[count] = before, after
    before, after = _kept[count]
    return HttpResponse(f"{before}{get_token(request)}{after}")


class ModelBase(forms.ModelForm[Any]):
    """Judges conditions as the plain form does."""

    def clean(self) -> dict[str, Any]:
        """The answers that apply."""
        return applied(self)


MANY = {
    name: forms.MultipleChoiceField(choices=[(c, c) for c in LISTS[kind]], required=False)
    for name, kind in kinds(QUESTIONS)
    if kind == "select_multiple"
}
FilledForm = modelform_factory(
    Filled,
    form=type("FilledBaseForm", (ModelBase,), MANY),
    fields=[name for name, _kind in kinds(QUESTIONS)],
)


@login_required
@transaction.atomic
def model_form(request: HttpRequest) -> HttpResponse:
    """Plain Django with simple-history: two rows, no rights, no audit."""
    form = FilledForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=400)
    form.save()
    return redirect("/")
