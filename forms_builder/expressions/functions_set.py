"""Functions of node-sets, multiple choices and lists."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .scope import ChoiceLike, Run, expression_value
from .table import Function
from .values import Scalar, Value, nodes, to_number, to_text

_MODULUS = 2_147_483_647  # Park and Miller's generator, as the ODK specification asks


def choice_attribute(choice: ChoiceLike, name: str, language: str) -> Scalar:
    """`name`, `label` (in `language`) or any other attribute of a choice."""
    if name == "name":
        return choice.name
    if name == "label":
        labels = choice.labels
        found = labels.get(language) or labels.get("az") or labels.get("en")
        return found or next(iter(labels.values()), "")
    return expression_value(choice.attributes.get(name))


def choice_label(run: Run, list_code: str, name: str) -> str:
    """What people read for the choice `name`; "" when the list has no such choice."""
    for choice in run.choices_named(list_code, name):
        return to_text(choice_attribute(choice, "label", run.language))
    return ""


def _selected(value: Value, wanted: Value) -> bool:
    return to_text(wanted).strip() in _words(to_text(value))


@lru_cache(maxsize=32)  # a filter asks the same answer once for every choice
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _selected_at(value: Value, place: Value) -> str:
    """The choice at `place` (from 0), "" beyond the last."""
    names, number = to_text(value).split(), to_number(place)
    return names[int(number)] if 0 <= number < len(names) else ""


def _count(value: Value) -> float:
    return float(len(nodes(value)))


def _count_non_empty(value: Value) -> float:
    return float(sum(item != "" for item in nodes(value)))


def _randomize(run: Run, value: Value, seed: Value | None = None) -> Value:
    """The node-set in random order; the same seed always gives the same order."""
    items = list(nodes(value))
    state = run.random.randrange(1, _MODULUS) if seed is None else _seed(to_number(seed))
    for last in range(len(items) - 1, 0, -1):
        state = state * 16_807 % _MODULUS
        place = int((state - 1) / (_MODULUS - 1) * (last + 1))
        items[last], items[place] = items[place], items[last]
    return items


def _seed(number: float) -> int:
    seed = int(number) % _MODULUS if abs(number) < 1e15 else 1
    return seed or _MODULUS - 1


def _pulldata(
    run: Run, source: Value, attribute: Value, key_attribute: Value, key: Value
) -> Scalar:
    """`attribute` of the choice whose `key_attribute` is `key`, or of that record."""
    code, wanted, name = to_text(source), to_text(key), to_text(key_attribute)
    if wanted == "":
        return ""
    choices = run.lookups.choices(code)
    run.spend(len(choices))
    for choice in choices:
        if to_text(choice_attribute(choice, name, run.language)) == wanted:
            return choice_attribute(choice, to_text(attribute), run.language)
    record = run.lookups.record(code, wanted) if not choices else None
    return _record_value(record, to_text(attribute))


def _record_value(record: Mapping[str, Any] | None, attribute: str) -> Scalar:
    return expression_value(record.get(attribute)) if record else ""


FUNCTIONS = [
    Function("selected", 2, 2, "boolean", _selected),
    Function("selected-at", 2, 2, "text", _selected_at),
    Function(
        "count-selected", 1, 1, "number", lambda value: float(len(to_text(value).split()))
    ),
    Function("count", 1, 1, "number", _count),
    Function("count-non-empty", 1, 1, "number", _count_non_empty),
    Function("randomize", 1, 2, "nodes", _randomize, needs_run=True),
    Function("pulldata", 4, 4, "any", _pulldata, needs_run=True),
]
