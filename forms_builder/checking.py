"""Checking one expression while it is typed or clicked together."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from config.shared.labels import pick
from forms_builder.choices import Choice, choice_from_row
from forms_builder.compile import check_spec
from forms_builder.condition_words import Vocabulary, say_condition
from forms_builder.conditions import NotACondition, model_of, source_of
from forms_builder.expressions import ExpressionError
from forms_builder.lookups import DatabaseLookups
from forms_builder.models import FormDefinition, list_attributes
from forms_builder.nesting import nesting_breaches, size_problems
from forms_builder.outline import children_from_rows
from forms_builder.parts import (
    Piece,
    Span,
    address_of,
    holding,
    part_from,
    pieces_of,
    put_back,
    span_of,
)
from forms_builder.placing import Spot, place_problems, spots_of

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


@dataclass(frozen=True)
class Sent:
    """The rows of the whole form as they stand in the editor, and where it shows a part."""

    sections: Sections
    span: Span | None = None

    def spot(self, section: int, row: int | None) -> Spot:
        """The place in the whole form of a row that the editor shows there."""
        if self.span is None or section:
            return Spot(section, row)
        return Spot(self.span.section, None if row is None else self.span.start + row)


def sent_rows(body: Mapping[str, Any]) -> Sent:
    """What the editor sent: "sections", and when these are a part its "part" and "form".

    Raises PartGone.
    """
    part = part_from(body.get("part"))
    if part is None:
        return Sent(body["sections"])
    form = FormDefinition.objects.get(pk=body["form"])
    draft = form.get_latest_revision_as_object().sections.get_prep_value()
    sections = put_back(draft, part, body["sections"])
    return Sent(sections, span_of(sections, part) if part.section else Span(-1, 0, 0))


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
    sent, lists = sent_rows(body), own_lists(body.get("form"))
    spot = sent.spot(int(body["section"]), body["row"])
    sections = deepcopy(sent.sections)
    here = _row_at(sections, *spot)
    here["settings"] = {**(here.get("settings") or {}), attribute: source}
    words = Vocabulary(draft_of(sections, lists), DatabaseLookups().choices)
    place = (*spot, attribute)
    said = say_condition(source, attribute, words, here.get("code") or "") if source else {}
    return {
        "source": source,
        "model": _model(source),
        "words": said,
        "problems": expression_problems(sections, *place, lists) if source else [],
    }


def draft_problems(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everything that forbids publishing the rows as they stand, in the order of the form.

    Each has "message", "place" in words, and "section", "row", "attribute" to jump to. What
    the page does not show has "url" instead, and "piece", its number in the list of parts;
    what concerns no row has neither. `body` has "sections", "form"? and "part"?.
    """
    form = FormDefinition.objects.filter(pk=body.get("form") or 0).first()
    draft = form.get_latest_revision_as_object() if form else FormDefinition(code="draft")
    sent = sent_rows(body)
    draft.sections = json.dumps(sent.sections)
    found = [*draft.problems(), *size_problems(sent.sections)]
    placed, rest = place_problems(sent.sections, found, nesting_breaches(sent.sections))
    pieces = pieces_of(sent.sections) if sent.span else []
    return [
        *(
            {
                "message": message,
                "attribute": attribute,
                **_place(sent, pieces, spot, attribute),
            }
            for spot in sorted(
                placed, key=lambda one: (one.section, -1 if one.row is None else one.row)
            )
            for attribute, message in placed[spot]
        ),
        *({"message": str(one.message), "place": "", "section": None} for one in rest),
    ]


def _place(sent: Sent, pieces: Sequence[Piece], spot: Spot, attribute: str) -> dict[str, Any]:
    """Where a row is found: on this page, or on that of another part."""
    row = _row_at(sent.sections, *spot)
    label = row.get("label_az") or row.get("code") or gettext("Row without a label")
    shown = spot if sent.span is None else sent.span.shown(spot)
    index = holding(pieces, spot)
    place: dict[str, Any] = {"place": label, "piece": index, "section": None, "row": None}
    if shown is not None:
        return {**place, "section": shown.section, "row": shown.row}
    if index is None:
        return place
    to = {"row": _id_at(sent.sections, spot), "option": attribute}
    return {**place, "url": f"{address_of(pieces[index].part)}&{urlencode(to)}"}


def _id_at(sections: Sections, spot: Spot) -> str:
    section = sections[spot.section]
    row = section if spot.row is None else section["value"]["fields"][spot.row]
    return row.get("id") or ""


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
    return found or {}


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
