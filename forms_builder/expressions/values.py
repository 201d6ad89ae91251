"""Values and how they turn into one another (XPath 1.0, with ISO dates as days).

A value is a text, a number, a truth value, or a node-set: a Python list of such values.
Dates and times are texts; where a number is needed, an ISO date is its days since
1970-01-01 and a date-time its days with a fraction, on the local clock.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from . import dates

Scalar = str | float | bool
Value = Scalar | list[Scalar]

NAN = math.nan
_NUMBER = re.compile(r"[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*", re.ASCII)


def scalar(value: Value) -> Scalar:
    """The value itself, or the first of a node-set ("" when it is empty)."""
    if isinstance(value, list):
        return value[0] if value else ""
    return value


def nodes(value: Value) -> list[Scalar]:
    """The values of a node-set; a single value counts as a node-set of one."""
    return value if isinstance(value, list) else [value]


def to_number(value: Value) -> float:
    """The number, NaN when there is none."""
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, str):
        return text_number(value)
    return to_number(scalar(value))


def text_number(text: str) -> float:
    """The number a text says: decimal notation or an ISO date; else NaN."""
    if _NUMBER.fullmatch(text):
        return float(text)
    days = dates.to_days(text)
    return NAN if days is None else days


def to_text(value: Value) -> str:
    """The text of a value; whole numbers have no decimal point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    return to_text(scalar(value))


def number_text(number: float) -> str:
    """`number` in decimal notation, never with an exponent."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    return format(Decimal(repr(float(number))), "f").removesuffix(".0")


def json_value(value: Value) -> str | int | float | None:
    """A computed value as it is stored: NaN and "" are nothing, true is "true"."""
    single = scalar(value)
    if isinstance(single, bool):
        return "true" if single else "false"
    if isinstance(single, str):
        return single or None
    if single != single or single in (math.inf, -math.inf):
        return None
    return int(single) if single == int(single) and abs(single) < 2**53 else single


def to_boolean(value: Value) -> bool:
    """False for "", 0, NaN and an empty node-set; a node-set counts by its first value."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, int | float):
        return value == value and value != 0
    return bool(value) and to_boolean(value[0])


def _compared(value: Value) -> list[Scalar]:
    """What takes part in a comparison: an empty node-set counts as "" (as in JavaRosa)."""
    return nodes(value) or [""]


def equal(left: Value, right: Value) -> bool:
    """XPath `=`: over node-sets true if any pair is equal."""
    if isinstance(left, list) or isinstance(right, list):
        return any(_equal(a, b) for a in _compared(left) for b in _compared(right))
    return _equal(left, right)


def differ(left: Value, right: Value) -> bool:
    """XPath `!=`: over node-sets true if any pair differs."""
    if isinstance(left, list) or isinstance(right, list):
        return any(not _equal(a, b) for a in _compared(left) for b in _compared(right))
    return not _equal(left, right)


def _equal(left: Scalar, right: Scalar) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right or _same_moment(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    return to_number(left) == to_number(right)


def _same_moment(left: str, right: str) -> bool:
    """Two spellings of one date or date-time."""
    if not (left[4:5] == "-" == right[4:5]):
        return False
    days = dates.to_days(left)
    return days is not None and days == dates.to_days(right)


def order(left: Value, right: Value, operator: str) -> bool:
    """XPath `<`, `<=`, `>` and `>=`: over node-sets true if any pair is so ordered."""
    if isinstance(left, list) or isinstance(right, list):
        return any(_ordered(a, b, operator) for a in _compared(left) for b in _compared(right))
    return _ordered(left, right, operator)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _ordered(left: Scalar, right: Scalar, operator: str) -> bool:
    compare = _ORDERS[operator]
    if isinstance(left, str) and isinstance(right, str):
        if dates.is_time(left) and dates.is_time(right):
            return compare(left, right)
    elif not isinstance(left, str) and not isinstance(right, str):
        return compare(left, right)
    return compare(to_number(left), to_number(right))
