"""Our functions in the words that every ODK tool has; used for exports only."""

from collections.abc import Callable, Sequence

from forms_builder.expressions import ExpressionError, parse, to_source
from forms_builder.expressions.nodes import Call, Expr, walk
from forms_builder.xlsform.trees import changed

# A longer text would be no help to anybody; the function then stays.
MAX_LETTERS = 10_000


def said_by_all(source: str) -> str:
    """`source` without functions that are ours alone; unchanged where there are none."""
    try:
        tree = parse(source)
    except ExpressionError:
        return source
    if not any(isinstance(node, Call) and node.name in SAID for node, _depth in walk(tree)):
        return source
    said = to_source(changed(tree, _said))
    return said if len(said) <= MAX_LETTERS else source


def _said(node: Expr) -> Expr:
    if isinstance(node, Call) and node.name in SAID:
        return parse(SAID[node.name](_sources(node.arguments)))
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
