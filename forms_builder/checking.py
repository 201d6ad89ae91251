"""Checking one expression while it is typed or clicked together."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from config.shared.labels import pick
from config.shared.problems import Problem
from forms_builder.choices import Choice, choice_from_row
from forms_builder.compile import check_spec
from forms_builder.condition_words import FRAMES, Vocabulary, say_condition
from forms_builder.conditions import NotACondition, model_of, source_of
from forms_builder.expressions import ExpressionError
from forms_builder.lookups import DatabaseLookups
from forms_builder.models import FormDefinition, list_attributes
from forms_builder.outline import children_from_rows
from forms_builder.placing import ABOUT_NAMES, Spot, Spots, spot_of, spots_of

MAX_VALUES = 300  # a longer list is typed, not chosen from
Sections = Sequence[Mapping[str, Any]]


def draft_of(sections: Sections, lists: Mapping[str, Any]) -> dict[str, Any]:
    """The spec that the editor holds now; `lists` are the form's own."""
    children = children_from_rows(sections)
    return {"schema": 1, "code": "draft", "children": children, "lists": dict(lists)}


def own_lists(form: int | None) -> dict[str, Any]:
    """The lists that belong to one form alone, from its newest draft."""
    found = FormDefinition.objects.filter(pk=form).first() if form else None
    lists = found.get_latest_revision_as_object().extra.get("lists", {}) if found else {}
    return dict(lists)


def expression_problems(
    sections: Sections,
    section: int,
    row: int | None,
    attribute: str,
    lists: Mapping[str, Any] | None = None,
) -> list[str]:
    """What publishing would say of `attribute` in one row of the editor.

    `sections` is StreamField JSON of the whole form, so that other questions are known.
    """
    here = Spot(section, row)
    paths = {path for path, spots in spots_of(sections).items() if here in spots}
    return [
        str(problem.message)
        for problem in check_spec(draft_of(sections, lists or {}), lists=list_attributes())
        if problem.path in {f"{path}#{attribute}" for path in paths}
    ]


def condition_answer(body: Mapping[str, Any]) -> dict[str, Any]:
    """One condition in every shape: text, rows, sentences, and what is wrong with it.

    `body` has "sections", "section", "row", "attribute", "form"?, and either "source" or
    "model". The answer's "model" is None when the rows cannot say what the text says.
    """
    attribute = str(body["attribute"])
    source = _source(body)
    sections, lists = body["sections"], own_lists(body.get("form"))
    here = _row_at(sections, int(body["section"]), body["row"])
    here["settings"] = {**(here.get("settings") or {}), attribute: source}
    words = Vocabulary(draft_of(sections, lists), DatabaseLookups().choices)
    place = (int(body["section"]), body["row"], attribute)
    said = say_condition(source, attribute, words, here.get("code") or "") if source else {}
    return {
        "source": source,
        "model": _model(source),
        "words": said if attribute in FRAMES else {},
        "problems": expression_problems(sections, *place, lists) if source else [],
    }


def draft_problems(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everything that forbids publishing the rows as they stand, in the order of the form.

    Each has "message", "place" in words, and "section", "row", "attribute" to jump to;
    what concerns no row has the section None. `body` has "sections" and "form"?.
    """
    form = FormDefinition.objects.filter(pk=body.get("form") or 0).first()
    draft = form.get_latest_revision_as_object() if form else FormDefinition(code="draft")
    draft.sections = json.dumps(body["sections"])
    sections = body["sections"]
    spots = spots_of(sections)
    found = [_placed(problem, sections, spots) for problem in draft.problems()]
    return sorted(found, key=_in_order)


def _in_order(found: Mapping[str, Any]) -> tuple[bool, int, int]:
    section, row = found["section"], found["row"]
    return section is None, section or 0, -1 if row is None else row


def _placed(problem: Problem, sections: Sections, spots: Spots) -> dict[str, Any]:
    path, _mark, attribute = problem.path.partition("#")
    spot = spot_of(spots, path)
    value = _row_at(sections, *spot) if spot else {}
    place = value.get("label_az") or value.get("code") or gettext("Row without a label")
    return {
        "message": str(problem.message),
        "place": place if spot else "",
        "section": spot.section if spot else None,
        "row": spot.row if spot else None,
        "attribute": attribute or ABOUT_NAMES.get(problem.code, ""),
    }


def _source(body: Mapping[str, Any]) -> str:
    if "model" not in body:
        return str(body["source"])
    return source_of(body["model"])


def _model(source: str) -> dict[str, Any] | None:
    try:
        return model_of(source) if source.strip() else {"join": "all", "rows": []}
    except ExpressionError:
        return None


def _row_at(sections: Sections, section: int, row: int | None) -> dict[str, Any]:
    value = sections[section]["value"]
    found: dict[str, Any] = value if row is None else value["fields"][row]["value"]
    return found


def values_of(code: str, form: int | None) -> dict[str, Any]:
    """What a list offers to a condition: {"values": [[name, label]], "attributes": [...]}.

    Of a list longer than MAX_VALUES no values are given: they are typed.
    """
    own = own_lists(form).get(code)
    choices: Sequence[Choice] = (
        [choice_from_row(row) for row in own]
        if own is not None
        else DatabaseLookups().choices(code)
    )
    attributes = list(dict.fromkeys(key for one in choices for key in one.attributes))
    offered = choices if len(choices) <= MAX_VALUES else ()
    pairs = [[one.name, pick(one.labels) or one.name] for one in offered]
    return {"values": pairs, "attributes": ["name", *attributes]}


def incomplete() -> str:
    """What is said of rows that say nothing yet."""
    return gettext("Complete every row, or remove it.")


__all__ = [
    "NotACondition",
    "condition_answer",
    "draft_problems",
    "expression_problems",
    "incomplete",
    "values_of",
]
