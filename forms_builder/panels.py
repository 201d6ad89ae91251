"""Parts of the editor that are no fields."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from config.shared.text import ALPHABET, fold, upper
from forms_builder.checking import incomplete
from forms_builder.choices import register_options
from forms_builder.models import ChoiceList, FormDefinition, FormVersion
from forms_builder.options import OPTIONS, SENSITIVITIES, TYPE_HELP
from forms_builder.parts import (
    Part,
    PartGone,
    Piece,
    address_of,
    depth_before,
    pieces_of,
    position_of,
    span_of,
)
from forms_builder.placing import Spot
from forms_builder.schema import places

CSS: dict[str, Sequence[str]] = {"all": ["forms_builder/admin/builder.css"]}


class UsedByPanel(Panel):
    """Where the form or list is used, with links."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms_builder/admin/used_by.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The uses; a new one has none."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["usages"] = self.instance.used_by() if self.instance.pk else []
            return context


class BuilderPanel(Panel):
    """What the browser needs to build settings panels: options, lists, words."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms_builder/admin/builder_data.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The data as one JSON island."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["data"] = {
                **builder_data(),
                "form": self.instance.pk if _is_form(self.instance) else None,
                "published": published_names(getattr(self.form, "newest", None)),
                **elsewhere(self.form),
            }
            return context


class ProblemsPanel(Panel):
    """Everything that forbids publishing, as links to the rows; problems.js fills it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms_builder/admin/problems_panel.html"

        @property
        def media(self) -> forms.Media:
            """The list is there when no rows are shown, too."""
            names = ("conditions", "builder", "parts", "problems")
            js = [f"forms_builder/admin/{name}.js" for name in names]
            ours: forms.Media = super().media + forms.Media(js=js, css=CSS)
            return ours


class PartsPanel(Panel):
    """The sections of a large form, as a list or as the way from one part to the next."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms_builder/admin/parts_panel.html"

        def is_shown(self) -> bool:
            """Only when the form is not shown whole."""
            return _part_of(self.form) is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Every part with its address, and the one before and after this one."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            part, draft = _part_of(self.form), self.form.draft
            pieces = pieces_of(draft)
            here = position_of(draft, pieces, part) if part and part.section else None
            context |= {
                "part": json.dumps(part.as_dict()) if part else "",
                "is_list": here is None,
                "pieces": [(piece, address_of(piece.part)) for piece in pieces],
                "here": pieces[here] if here is not None else None,
            }
            if here is not None:
                context["previous"] = _link(pieces, here - 1)
                context["following"] = _link(pieces, here + 1)
            return context


def _part_of(form: Any) -> Part | None:
    return getattr(form, "part", None)


def _link(pieces: Sequence[Piece], index: int) -> tuple[Piece, str] | None:
    """A part and its address; None before the first and after the last."""
    if not 0 <= index < len(pieces):
        return None
    return pieces[index], address_of(pieces[index].part)


def elsewhere(form: Any) -> dict[str, Any]:
    """What a page that shows a part must know of the rows that it does not show.

    {"part", "depth": groups open where it begins, "elsewhere": questions, "taken": codes}.
    """
    part = _part_of(form)
    if part is None:
        return {}
    try:
        span = span_of(form.draft, part) if part.section else None
    except PartGone:
        span = None
    hidden = [row for place, row in _spots(form.draft) if not (span and span.shown(place))]
    values = [(row["type"], row["value"]) for row in hidden if row["type"] != "end"]
    return {
        "part": part.as_dict(),
        "depth": depth_before(form.draft, span) if span else 0,
        "taken": [value.get("code") for _kind, value in values if value.get("code")],
        "elsewhere": [
            {
                "code": value["code"],
                "label": value.get("label_az") or "",
                "type": value.get("type"),
                "list": (value.get("settings") or {}).get("list"),
            }
            for kind, value in values
            if kind == "question" and value.get("code")
        ],
    }


def _spots(sections: Sequence[dict[str, Any]]) -> Iterator[tuple[Spot, dict[str, Any]]]:
    for index, section in enumerate(sections):
        yield Spot(index, None), section
        for row, each in enumerate(section["value"].get("fields") or []):
            yield Spot(index, row), each


def _is_form(instance: Model) -> bool:
    return isinstance(instance, FormDefinition)


def published_names(newest: FormVersion | None) -> list[str]:
    """The codes that records already know; they stay. The library has none."""
    return [place.name for place in places(newest.spec)] if newest else []


def letters() -> dict[str, str]:
    """How each letter of the alphabet is written in a code."""
    both = [*ALPHABET, *(upper(letter) for letter in ALPHABET)]
    return {letter: folded for letter in both if (folded := fold(letter)) != letter}


def builder_data() -> dict[str, Any]:
    """Options, lists, registers and words for builder.js, in the active language."""
    return {
        "options": [
            {
                "key": option.key,
                "label": str(option.label),
                "input": option.input,
                "kinds": option.kinds,
                "types": option.types,
                "common": option.is_common,
            }
            for option in OPTIONS
        ],
        "sensitivities": [[code, str(label)] for code, label in SENSITIVITIES],
        "lists": [[one.code, one.title] for one in ChoiceList.objects.all()],
        "registers": [
            {"code": one.code, "label": str(one.label), "attributes": one.attributes}
            for one in register_options()
        ],
        "checkUrl": reverse("forms_builder_check_expression"),
        "conditionUrl": reverse("forms_builder_condition"),
        "valuesUrl": reverse("forms_builder_values"),
        "conditions": condition_words(),
        "problemsUrl": reverse("forms_builder_problems"),
        "letters": letters(),
        "types": {code: [icon, str(help)] for code, (icon, help) in TYPE_HELP.items()},
        "words": words(),
    }


def words() -> dict[str, str]:
    """What builder.js says."""
    return {
        "settings": _("Settings"),
        "close": _("Close"),
        "more": _("More"),
        "none": _("None"),
        "az": _("in Azerbaijani"),
        "en": _("in English"),
        "other": _("in other languages, one a line: ru: text"),
        "pairs": _("one a line: name=value"),
        "json": _("This is not correct JSON, so it is not kept yet."),
        "correct": _("Correct"),
        "unreachable": _("The expression could not be checked now."),
        "insert": _("Insert an answer…"),
        "published": _("Published, so the code stays."),
        "movedUp": _("Moved up"),
        "movedDown": _("Moved down"),
        "problems": _("To correct before publishing: {count}"),
        "noProblems": _("Nothing to correct: the form may be published."),
    }


NUMERIC = ["integer", "decimal", "range", "calculate"]
DATES = ["date", "dateTime", "today", "start", "end", "calculate"]
ONE = ["select_one", "acknowledge"]
MANY = ["select_multiple", "rank"]


def operators() -> list[dict[str, Any]]:
    """What conditions.js offers: `key` is measure:operator, no `types` means all.

    `value` says how the other side is typed: choice, text, number, date or nothing.
    """
    rows = [
        ("value:=", _("is"), [], "same"),
        ("value:!=", _("is not"), [], "same"),
        ("value:<", _("is less than"), [*NUMERIC, *DATES], "same"),
        ("value:<=", _("is at most"), [*NUMERIC, *DATES], "same"),
        ("value:>", _("is more than"), [*NUMERIC, *DATES], "same"),
        ("value:>=", _("is at least"), [*NUMERIC, *DATES], "same"),
        ("value:selected", _("includes"), MANY, "same"),
        ("value:not_selected", _("does not include"), MANY, "same"),
        ("value:filled", _("is answered"), [], ""),
        ("value:empty", _("is not answered"), [], ""),
        ("age:>=", _("is the birthday of someone aged at least"), ["date"], "number"),
        ("age:<", _("is the birthday of someone younger than"), ["date"], "number"),
        ("number:>=", _("as a number is at least"), ONE, "number"),
        ("number:<=", _("as a number is at most"), ONE, "number"),
        ("count:>=", _("has at least so many values chosen"), MANY, "number"),
        ("count:<=", _("has at most so many values chosen"), MANY, "number"),
        ("length:>=", _("has at least so many characters"), ["text"], "number"),
        ("length:<=", _("has at most so many characters"), ["text"], "number"),
        ("value:matches", _("has the pattern"), ["text", "barcode"], "text"),
    ]
    return [
        {"key": key, "label": label, "types": types, "value": value}
        for key, label, types, value in rows
    ]


def condition_words() -> dict[str, Any]:
    """What conditions.js offers and says."""
    return {
        "operators": operators(),
        "numeric": NUMERIC,
        "dates": DATES,
        "drawn": ["relevant", "constraint", "required", "choice_filter"],
        "joins": [
            ["all", _("all of these hold")],
            ["any", _("at least one of these holds")],
            ["not_all", _("not all of these hold together")],
            ["none", _("none of these holds")],
        ],
        "join": _("Condition holds when"),
        "question": _("Question"),
        "operator": _("Comparison"),
        "kind": _("Compare with"),
        "value": _("Value"),
        "here": _("this answer"),
        "attribute": _("of the value: {name}"),
        "add": _("Add a condition"),
        "addGroup": _("Add a group"),
        "remove": _("Remove the condition"),
        "removeGroup": _("Remove the group"),
        "asText": _("As text"),
        "cannotDraw": _("This condition is too rich for rows; edit it as text."),
        "incomplete": incomplete(),
        "kinds": {
            "value": _("a value"),
            "answer": _("another answer"),
            "today": _("today"),
        },
    }
