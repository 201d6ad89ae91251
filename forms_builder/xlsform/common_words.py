"""Our functions in the words that every ODK tool has; used for exports only.

Others have no `floor`, take two arguments in `coalesce` and want the choice that `selected`
looks for in quotes.
"""

import re
from collections.abc import Callable, Sequence

from forms_builder.expressions import ExpressionError, parse, to_source
from forms_builder.expressions.nodes import Binary, Call, Expr, Negate, Number, Text
from forms_builder.expressions.values import number_text
from forms_builder.xlsform.trees import Change, changed

# A longer text would be no help to anybody; the function then stays.
MAX_LETTERS = 10_000
_UNKNOWN_PART = re.compile(r"%(?![YymnbdeHhMS3aW])(.|$)")


def said_by_all(source: str, also: Change = lambda node: node) -> str:
    """`source` without functions that are ours alone; unchanged where there are none.

    `also` changes what depends on the form, after that.
    """
    try:
        tree = parse(source)
    except ExpressionError:
        return source
    said = changed(changed(tree, _said), also)
    text = source if said == tree else to_source(said)
    return text if len(text) <= MAX_LETTERS else source


def _said(node: Expr) -> Expr:
    match node:
        case Call(name, arguments) if name in SAID:
            return parse(SAID[name](_sources(arguments)))
        case Call("coalesce", (first, second, third, *rest)):
            return Call("coalesce", (first, _said(Call("coalesce", (second, third, *rest)))))
        case Call("selected" | "jr:choice-name" as name, (answer, second)):
            return Call(name, (answer, _quoted(second)))
        case Call("format-date" | "format-date-time" as name, (day, Text(pattern))):
            return Call(name, (day, Text(_known_parts(pattern))))
        case Call("join", (between, Binary("|", left, right))):
            return Call("join", (between, left, right))
        case Call(name, (Binary("|", left, right),)) if name in _UNITED:
            return _UNITED[name](name, left, right)
    return node


def _known_parts(pattern: str) -> str:
    """A pattern of a date without the parts that others refuse; names of months and days are
    short then."""
    short = pattern.replace("%B", "%b").replace("%A", "%a")
    return _UNKNOWN_PART.sub("", short)


def _added(name: str, left: Expr, right: Expr) -> Expr:
    """`sum(a | b)` as `sum(a) + sum(b)`."""
    parts = [_said(Call(name, (part,))) for part in (left, right)]
    return Binary("+", *parts)


def _listed(name: str, left: Expr, right: Expr) -> Expr:
    """`max(a | b)` as `max(a, b)`."""
    match _said(Call(name, (left,))):
        case Call(_, parts):
            return Call(name, (*parts, right))
    return Call(name, (left, right))


_UNITED: dict[str, Callable[[str, Expr, Expr], Expr]] = {
    **dict.fromkeys(("sum", "count", "count-non-empty"), _added),
    **dict.fromkeys(("max", "min", "concat"), _listed),
}


def _quoted(node: Expr) -> Expr:
    """A number as the text of it."""
    match node:
        case Number(value):
            return Text(number_text(value))
        case Negate(Number(value)):
            return Text(f"-{number_text(value)}")
    return node


def _sources(trees: Sequence[Expr]) -> list[str]:
    return [f"({to_source(tree)})" for tree in trees]


def _floor(arguments: Sequence[str]) -> str:
    (x,) = arguments
    return f"if({x} < int({x}), int({x}) - 1, int({x}))"


def _ceiling(arguments: Sequence[str]) -> str:
    (x,) = arguments
    return f"if({x} > int({x}), int({x}) + 1, int({x}))"


def _months(arguments: Sequence[str]) -> str:
    """Whole months: years, months, less one when the day of the month is not reached."""
    begin, end = arguments
    years, months = (
        f"(format-date({end}, '{part}') - format-date({begin}, '{part}'))"
        for part in ("%Y", "%n")
    )
    short = f"if(format-date({end}, '%e') < format-date({begin}, '%e'), 1, 0)"
    return f"{years} * 12 + {months} - {short}"


def _years(arguments: Sequence[str]) -> str:
    birth, day = (*arguments, "today()")[:2]
    return f"int(({_months((birth, day))}) div 12)"


def _working_days(arguments: Sequence[str]) -> str:
    """Days after the first without Saturdays and Sundays; holidays only we know."""
    begin, end = (_weekdays_until(day) for day in arguments)
    return f"({end}) - ({begin})"


def _weekdays_until(day: str) -> str:
    """Weekdays since Monday 29 December 1969 (1970 began on a Thursday)."""
    days = f"(int(decimal-date-time({day})) + 3)"
    return f"int({days} div 7) * 5 + if({days} mod 7 < 5, {days} mod 7 + 1, 5)"


SAID: dict[str, Callable[[Sequence[str]], str]] = {
    "floor": _floor,
    "ceiling": _ceiling,
    "difference-in-months": _months,
    "age-in-years": _years,
    "working-days": _working_days,
}
