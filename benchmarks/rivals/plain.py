"""The form as a django.forms class, and as plain closures."""

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import lru_cache
from typing import Any

from django import forms

from benchmarks.material import LISTS, conditional, kinds

WAGTAIL_TYPES = {
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "select_one": "dropdown",
    "yes_no": "radio",
    "select_multiple": "checkboxes",
}


def field(kind: str, label: str) -> forms.Field:
    """The form field of one question."""
    about: dict[str, Any] = {
        "label": label,
        "help_text": "Bildiyinizi yazın.",
        "required": False,
    }
    pairs = [(name, name) for name in LISTS.get(kind, ())]
    if kind == "integer":
        return forms.IntegerField(min_value=0, max_value=199, **about)
    if kind == "decimal":
        return forms.DecimalField(**about)
    if kind == "date":
        return forms.DateField(**about)
    if kind == "time":
        return forms.TimeField(**about)
    if kind == "select_one":
        return forms.ChoiceField(choices=[("", "---"), *pairs], **about)
    if kind == "yes_no":
        return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **about)
    if kind == "select_multiple":
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=pairs, widget=widget, **about)
    return forms.CharField(max_length=255, **about)


class Conditional(forms.Form):
    """Requires and clears questions by what decides about them."""

    def clean(self) -> dict[str, Any]:
        """The answers that apply."""
        return applied(self)


def applied(form: Any) -> dict[str, Any]:
    """The cleaned answers of a form, conditional ones judged."""
    cleaned: dict[str, Any] = form.cleaned_data
    for number, name in enumerate(form.fields):
        decides = conditional(number)
        if not decides:
            continue
        if cleaned.get(decides) != "yes":
            cleaned.pop(name, None)
        elif not cleaned.get(name):
            form.add_error(name, "Answer this question.")
    return cleaned


@lru_cache
def form_class(count: int) -> type[forms.Form]:
    """The class, made once."""
    fields = {
        name: field(kind, f"Sual {number + 1}")
        for number, (name, kind) in enumerate(kinds(count))
    }
    return type("Questions", (Conditional,), fields)


Judge = Callable[[Any], Any]


def _one_of(names: list[str]) -> Judge:
    known = frozenset(names)

    def judge(raw: Any) -> Any:
        if raw not in known:
            raise ValueError(raw)
        return raw

    return judge


def _some_of(names: list[str]) -> Judge:
    known = frozenset(names)

    def judge(raw: Any) -> Any:
        if not known.issuperset(raw):
            raise ValueError(raw)
        return raw

    return judge


def _whole(raw: Any) -> int:
    number = int(raw)
    if not 0 <= number < 200:
        raise ValueError(raw)
    return number


def _judge(kind: str) -> Judge:
    makers: dict[str, Judge] = {
        "integer": _whole,
        "decimal": float,
        "date": date.fromisoformat,
        "time": time.fromisoformat,
        "select_multiple": _some_of(LISTS["select_multiple"]),
        "select_one": _one_of(LISTS["select_one"]),
        "yes_no": _one_of(LISTS["yes_no"]),
    }
    return makers.get(kind, str)


def closures(count: int) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """The least that judging may cost: a function per question, no messages, no paths."""
    rows = [
        (name, _judge(kind), conditional(number))
        for number, (name, kind) in enumerate(kinds(count))
    ]

    def judge(given: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, read, decides in rows:
            if decides and given.get(decides) != "yes":
                continue
            if (raw := given.get(name)) is not None:
                found[name] = read(raw)
            elif decides:
                raise ValueError(name)
        return found

    return judge
