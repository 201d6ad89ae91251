"""What can be said about an expression before anybody answers: arguments and types.

Only what is surely wrong is reported: a false alarm would stop a form that works.
"""

import difflib
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.expressions import FUNCTIONS, ExpressionError, to_number
from forms_builder.expressions.functions_text import compiled_pattern
from forms_builder.expressions.nodes import Binary, Call, Expr, Field, Number, Text, walk
from forms_builder.schema import FILES, Place

_ARITHMETIC = ("+", "-", "*", "div", "mod")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
# Answers that can never be a number.
_NOT_NUMBERS = FILES | {"geopoint", "geotrace", "geoshape", "note"}


def argument_problems(tree: Expr, where: str) -> Iterator[Problem]:
    """Unknown functions, wrong numbers of arguments, patterns that RE2 refuses."""
    for node, _depth in walk(tree):
        if not isinstance(node, Call):
            continue
        entry = FUNCTIONS.get(node.name)
        if entry is None:
            yield _unknown_function(node.name, where)
        elif not entry.low <= len(node.arguments) <= entry.high:
            yield _wrong_number(node, where)
        elif node.name == "regex" and isinstance(node.arguments[1], Text):
            yield from _pattern_problems(node.arguments[1].value, where)


def _unknown_function(name: str, where: str) -> Problem:
    near = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.6)
    if near:
        message = _("There is no function %(name)s(). Do you mean %(near)s()?")
        return Problem("unknown_function", message % {"name": name, "near": near[0]}, where)
    message = _("There is no function %(name)s().")
    return Problem("unknown_function", message % {"name": name}, where)


def _wrong_number(call: Call, where: str) -> Problem:
    entry = FUNCTIONS[call.name]
    given = len(call.arguments)
    if given < entry.low:
        message = _("%(name)s() needs at least %(count)s values, not %(given)s.")
        count = entry.low
    else:
        message = _("%(name)s() takes at most %(count)s values, not %(given)s.")
        count = entry.high
    words = {"name": call.name, "count": count, "given": given}
    return Problem("arity", message % words, where)


def _pattern_problems(pattern: str, where: str) -> Iterator[Problem]:
    try:
        compiled_pattern(pattern)
    except ExpressionError as error:
        message = _("The pattern of regex() cannot be used: %(reason)s.")
        yield Problem("bad_regex", message % {"reason": error.message}, where)


def clash_problems(tree: Expr, places: Mapping[str, Place], where: str) -> Iterator[Problem]:
    """Operations whose sides can never fit: a date against 18, a photograph plus 1."""
    for node, _depth in walk(tree):
        if not isinstance(node, Binary):
            continue
        if node.operator in _COMPARISONS:
            yield from _comparison(node, places, where)
        elif node.operator in _ARITHMETIC:
            yield from _arithmetic(node, places, where)


def _comparison(node: Binary, places: Mapping[str, Place], where: str) -> Iterator[Problem]:
    for field, other in ((node.left, node.right), (node.right, node.left)):
        kind = _field_type(field, places)
        # Days since 1970 are a fair number to compare with; small numbers are ages.
        if kind in ("date", "dateTime") and isinstance(other, Number) and other.value < 1000:
            message = _("“%(field)s” is a date; it cannot be compared with a number.")
            yield Problem("type_clash", message % {"field": _name(field)}, where)


def _arithmetic(node: Binary, places: Mapping[str, Place], where: str) -> Iterator[Problem]:
    for side in (node.left, node.right):
        if _field_type(side, places) in _NOT_NUMBERS:
            message = _("“%(field)s” is not a number; it cannot be calculated with.")
            yield Problem("type_clash", message % {"field": _name(side)}, where)
        elif isinstance(side, Text) and side.value and _is_no_number(side.value):
            message = _("The text “%(text)s” is not a number; it cannot be calculated with.")
            yield Problem("type_clash", message % {"text": side.value}, where)


def _field_type(tree: Expr, places: Mapping[str, Place]) -> str:
    return places[tree.path].type if isinstance(tree, Field) else ""


def _name(tree: Expr) -> str:
    return tree.path.rsplit("/", 1)[-1] if isinstance(tree, Field) else ""


def _is_no_number(text: str) -> bool:
    number = to_number(text)
    return number != number
