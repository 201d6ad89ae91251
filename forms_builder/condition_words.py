"""An expression as a sentence: “Show when “Marital status” is “Married””."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick
from forms_builder.choices import Choice, choice_from_row
from forms_builder.conditions import draw_row, group_parts
from forms_builder.expressions import Expr, ExpressionError, parse, to_source
from forms_builder.schema import places

LANGUAGES = ("az", "en")
_REFERENCE = re.compile(r"\$\{\s*([^}]+?)\s*\}")
Node = Mapping[str, Any]
ChoicesOf = Callable[[str], Sequence[Choice]]

# What each option does with its condition.
FRAMES: dict[str, str | Promise] = {
    "relevant": _("Show when {condition}."),
    "required": _("Required when {condition}."),
    "constraint": _("It must hold that {condition}."),
    "choice_filter": _("Offer the values for which {condition}."),
}
OPERATORS: dict[str, str | Promise] = {
    "=": _("{left} is {right}"),
    "!=": _("{left} is not {right}"),
    "<": _("{left} is less than {right}"),
    "<=": _("{left} is at most {right}"),
    ">": _("{left} is more than {right}"),
    ">=": _("{left} is at least {right}"),
    "selected": _("{left} includes {right}"),
    "not_selected": _("{left} does not include {right}"),
    "matches": _("{left} has the pattern {right}"),
    "empty": _("{left} is not answered"),
    "filled": _("{left} is answered"),
}
MEASURES: dict[str, str | Promise] = {
    "count": _("the number of values chosen in {answer}"),
    "age": _("the age by {answer}"),
    "length": _("the number of characters in {answer}"),
}
JOINS: dict[str, str | Promise] = {
    "all": _(" and "),
    "any": _(" or "),
    "not_all": _(" and "),
    "none": _(" or "),
}
NOT = _("it is not so that {conditions}")


class Vocabulary:
    """The questions of a form and the values that they choose from, by their words."""

    def __init__(self, spec: Mapping[str, Any], choices: ChoicesOf) -> None:
        self._own = spec.get("lists", {})
        self._shared = choices
        self._nodes: dict[str, Node] = {}
        for place in places(spec):
            for name in (place.key, place.node["name"]):
                self._nodes.setdefault(name, place.node)

    def node(self, name: str) -> Node:
        """The question or group of that name; {} when there is none."""
        return self._nodes.get(name, {})

    def label(self, name: str) -> str:
        """A question as a reader knows it, in the active language."""
        label = pick(self.node(name).get("labels")) or name
        return f"“{_REFERENCE.sub('…', label)}”"

    def value(self, name: str, value: str) -> str:
        """The label of one value of the question's list, or the value as it is."""
        code = self.node(name).get("list", "")
        rows = self._own.get(code)
        choices = map(choice_from_row, rows) if rows is not None else self._shared(code)
        found = next((one.label for one in choices if one.name == value), value)
        return f"“{found}”"


def say_condition(
    source: str, attribute: str, vocabulary: Vocabulary, here: str = ""
) -> dict[str, str]:
    """The sentence in every language; {} when `source` is no expression or no condition.

    `here` is the name of the question whose option it is ("this answer").
    """
    frame = FRAMES.get(attribute)
    try:
        tree = parse(source)
    except ExpressionError:
        return {}
    if frame is None:
        return {}
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            condition = _say(tree, vocabulary, here)
            said[language] = str(frame).format(condition=condition)
    return said


def with_hints(spec: Mapping[str, Any], choices: ChoicesOf) -> dict[str, Any]:
    """A copy of `spec` whose questions say in their hints when they are shown."""
    vocabulary = Vocabulary(spec, choices)
    return {**spec, "children": _hinted(spec.get("children", ()), vocabulary)}


def _hinted(nodes: Sequence[Node], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    return [
        {
            **node,
            **_hint(node, vocabulary),
            **(
                {"children": _hinted(node["children"], vocabulary)}
                if "children" in node
                else {}
            ),
        }
        for node in nodes
    ]


def _hint(node: Node, vocabulary: Vocabulary) -> dict[str, Any]:
    relevant = node.get("relevant")
    if node["kind"] != "question" or not isinstance(relevant, str):
        return {}
    said = say_condition(relevant, "relevant", vocabulary, node["name"])
    hints = node.get("hints", {})
    both = {code: f"{pick(hints, code)} ({text})".strip() for code, text in said.items()}
    return {"hints": {**hints, **both}}


def _say(tree: Expr, words: Vocabulary, here: str) -> str:
    if row := draw_row(tree):
        return _say_row(row, words, here)
    if (parts := group_parts(tree)) is None:
        return _REFERENCE.sub(lambda found: words.label(found[1]), to_source(tree))
    join, operands = parts
    said = [_say(part, words, here) for part in operands]
    nested = [
        f"({text})" if len(group_parts(part) or ()) and not draw_row(part) else text
        for text, part in zip(said, operands, strict=True)
    ]
    joined = str(JOINS[join]).join(nested)
    if join not in ("not_all", "none"):
        return joined
    return str(NOT).format(conditions=f"({joined})" if len(operands) > 1 else joined)


def _say_row(row: Node, words: Vocabulary, here: str) -> str:
    left = _say_subject(row["left"], words)
    if measure := MEASURES.get(row["measure"]):
        left = str(measure).format(answer=left)
    right = row.get("right")
    said = _say_value(right, row["left"], words, here) if right else ""
    return str(OPERATORS[row["operator"]]).format(left=left, right=said)


def _say_subject(subject: str, words: Vocabulary) -> str:
    if subject == ".":
        return str(_("this answer"))
    if found := _REFERENCE.fullmatch(subject):
        return words.label(found[1])
    return str(_("“{name}” of the value")).format(name=subject)


def _say_value(right: Node, left: str, words: Vocabulary, here: str) -> str:
    if right["kind"] == "today":
        return str(_("today"))
    if right["kind"] == "answer":
        return _say_subject(right["value"], words)
    if right["kind"] != "text":
        return str(right["value"])
    found = _REFERENCE.fullmatch(left)
    name = found[1] if found else here if left == "." else ""
    return words.value(name, right["value"]) if name else f"“{right['value']}”"
