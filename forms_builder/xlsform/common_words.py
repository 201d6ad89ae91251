"""Our functions in the words that every ODK tool has; used for exports only.

Others have no `floor`, take two arguments in `coalesce` and want the choice that `selected`
looks for in quotes.
"""

from collections.abc import Callable, Sequence

from forms_builder.expressions import ExpressionError, parse, to_source
from forms_builder.expressions.nodes import Call, Expr, Negate, Number, Text
from forms_builder.expressions.values import number_text
from forms_builder.xlsform.trees import changed

# A longer text would be no help to anybody; the function then stays.
MAX_LETTERS = 10_000


def said_by_all(source: str) -> str:
    """`source` without functions that are ours alone; unchanged where there are none."""
    try:
        tree = parse(source)
    except ExpressionError:
        return source
    said = changed(tree, _said)
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
    return node


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
