"""Functions of numbers."""

import math
from collections.abc import Callable, Iterable

from .scope import Run
from .table import ANY, Function
from .values import NAN, Value, nodes, number_text, to_boolean, to_number


def _filled(arguments: Iterable[Value]) -> list[float]:
    """The numbers of all arguments; empty answers are left out."""
    return [
        to_number(value) for argument in arguments for value in nodes(argument) if value != ""
    ]


def _sum(*arguments: Value) -> float:
    """The sum; empty values are skipped, nothing at all is 0, a non-number gives NaN."""
    total = 0.0
    for number in _filled(arguments):
        total += number
    return total


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(*arguments: Value) -> float:
        numbers = _filled(arguments)
        if not numbers or any(number != number for number in numbers):
            return NAN
        return pick(numbers)

    return extreme


def _int(value: Value) -> float:
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _floor(value: Value) -> float:
    number = to_number(value)
    return float(math.floor(number)) if math.isfinite(number) else number


def _ceiling(value: Value) -> float:
    number = to_number(value)
    return float(math.ceil(number)) if math.isfinite(number) else number


def _round(value: Value, places: Value = 0.0) -> float:
    """Rounded to decimal places (negative: tens, hundreds); halves go up."""
    number, digits = to_number(value), _int(places)
    if not math.isfinite(number) or not math.isfinite(digits):
        return number if digits == digits else NAN
    if abs(digits) > 300:
        return number if digits > 0 else 0.0
    # Shifted as text, so that 1.005 is treated as written and not as stored in binary.
    shifted = float(f"{number_text(number)}e{int(digits)}")
    if not math.isfinite(shifted):
        return number
    return float(f"{_half_up(shifted)}e{-int(digits)}")


def _half_up(number: float) -> int:
    lower = math.floor(number)
    return lower + 1 if number - lower >= 0.5 else lower


def _pow(base: Value, exponent: Value) -> float:
    number, power = to_number(base), to_number(exponent)
    try:
        result = number**power
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        if number < 0 and not power.is_integer():
            return NAN
        return -math.inf if number < 0 and power % 2 == 1 else math.inf
    return result if isinstance(result, float) else NAN


def _total(function: Callable[[float], float]) -> Callable[[Value], float]:
    """`function` of a number, NaN outside its domain, infinity above the largest number."""

    def total(value: Value) -> float:
        try:
            return function(to_number(value))
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return total


def _logarithm(function: Callable[[float], float]) -> Callable[[Value], float]:
    def logarithm(value: Value) -> float:
        number = to_number(value)
        if number == 0:
            return -math.inf
        return function(number) if number > 0 else NAN

    return logarithm


def _atan2(y: Value, x: Value) -> float:
    return math.atan2(to_number(y), to_number(x))


def _checklist(low: Value, high: Value, *answers: Value) -> bool:
    """Whether between `low` and `high` answers are true; -1 means no limit."""
    true = sum(to_boolean(value) for answer in answers for value in nodes(answer))
    return _within(true, to_number(low), to_number(high))


def _weighted_checklist(low: Value, high: Value, *pairs: Value) -> bool:
    """Like checklist, over pairs of an answer and its weight."""
    weights = zip(pairs[0::2], pairs[1::2], strict=False)
    total = sum(to_number(weight) for answer, weight in weights if to_boolean(answer))
    return _within(total, to_number(low), to_number(high))


def _within(number: float, low: float, high: float) -> bool:
    return (low < 0 or number >= low) and (high < 0 or number <= high)


def _random(run: Run) -> float:
    return run.random.random()


FUNCTIONS = [
    Function("number", 1, 1, "number", to_number),
    Function("int", 1, 1, "number", _int),
    Function("floor", 1, 1, "number", _floor),
    Function("ceiling", 1, 1, "number", _ceiling),
    Function("round", 1, 2, "number", _round),
    Function("pow", 2, 2, "number", _pow),
    Function("abs", 1, 1, "number", lambda value: abs(to_number(value))),
    Function("exp", 1, 1, "number", _total(math.exp)),
    Function("exp10", 1, 1, "number", lambda value: _pow(10.0, value)),
    Function("log", 1, 1, "number", _logarithm(math.log)),
    Function("log10", 1, 1, "number", _logarithm(math.log10)),
    Function("sqrt", 1, 1, "number", _total(math.sqrt)),
    Function("sin", 1, 1, "number", _total(math.sin)),
    Function("cos", 1, 1, "number", _total(math.cos)),
    Function("tan", 1, 1, "number", _total(math.tan)),
    Function("asin", 1, 1, "number", _total(math.asin)),
    Function("acos", 1, 1, "number", _total(math.acos)),
    Function("atan", 1, 1, "number", _total(math.atan)),
    Function("atan2", 2, 2, "number", _atan2),
    Function("pi", 0, 0, "number", lambda: math.pi),
    Function("min", 1, ANY, "number", _extreme(min)),
    Function("max", 1, ANY, "number", _extreme(max)),
    Function("sum", 1, ANY, "number", _sum),
    Function("checklist", 3, ANY, "boolean", _checklist),
    Function("weighted-checklist", 4, ANY, "boolean", _weighted_checklist),
    Function("random", 0, 0, "number", _random, needs_run=True),
]
