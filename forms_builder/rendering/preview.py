"""A form that is not published yet, shown as the people who fill it will see it."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from config.shared.labels import pick
from config.shared.problems import ProblemsFound
from forms_builder.choices import choice_from_row
from forms_builder.compile import compile_spec
from forms_builder.evaluation import evaluate, initial_answers
from forms_builder.lookups import DatabaseLookups
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.pages import FormPages
from forms_builder.rendering.structure import sections
from forms_builder.schema import SELECTS, places

Spec = Mapping[str, Any]


def render_preview(spec: Spec, language: str) -> str:
    """The whole page: every section, conditions and calculations working in the browser.

    A draft whose expressions are wrong is shown with all its questions.
    """
    lookups = DatabaseLookups()
    compiled = _compiled(spec)
    filling = _filling(spec, lookups, compiled)
    with translation.override(language):
        pages = FormPages(spec, language)
        context = {
            "title": pick(spec.get("labels"), language),
            "purpose": pick(spec.get("purpose"), language),
            "language": language,
            "sections": [
                (pick(node.get("labels"), language), pages.section(node["name"], filling))
                for node in sections(spec)
            ],
            "definition": compiled and {"compiled": compiled},
            "page_data": _page_data(spec, lookups, filling, language),
        }
        return render_to_string("forms_builder/fill_preview.html", context)


def _compiled(spec: Spec) -> dict[str, Any] | None:
    try:
        return compile_spec(spec)
    except ProblemsFound:
        return None


def _filling(spec: Spec, lookups: DatabaseLookups, compiled: dict[str, Any] | None) -> Filling:
    if compiled is None:
        return Filling(choices=lookups.choices, show_all=True)
    now = timezone.localtime()
    given: dict[str, Any] = {
        "today": now.date(),
        "now": now,
        "lookups": lookups,
        "compiled": compiled,
    }
    answers = initial_answers(spec, **given)
    outcome = evaluate(spec, answers, **given)
    return Filling(
        answers=answers,
        relevant=outcome.relevant,
        values=outcome.calculations,
        required=outcome.required,
        choices=lookups.choices,
    )


def _page_data(
    spec: Spec, lookups: DatabaseLookups, filling: Filling, language: str
) -> dict[str, Any]:
    """What fill.js needs beside the definition."""
    filtered = {
        place.node.get("list", "")
        for place in places(spec)
        if place.type in SELECTS and "choice_filter" in place.node
    }
    own = spec.get("lists", {})
    lists = {
        code: [choice_from_row(row) for row in own[code]]
        if code in own
        else lookups.choices(code)
        for code in filtered
    }
    rows = {
        code: [
            {**choice.attributes, "name": choice.name, "label": pick(choice.labels, language)}
            for choice in choices
            if not choice.retired
        ]
        for code, choices in lists.items()
    }
    return {"answers": dict(filling.answers), "lists": rows, "language": language}
