"""Expressions invented by a seeded generator, for comparing the two evaluators."""

import random
from typing import Any

from forms_builder.expressions import FUNCTIONS
from forms_builder.expressions.nodes import Binary, Call, Chain, Expr, Negate, Number, Ref, Text

NAMES = ("a", "b", "m", "x", "missing")
TEXTS = (
    "",
    " ",
    "0",
    "1",
    "-2.5",
    "7",
    "abc",
    "a b c",
    "ə ı İ",
    "😀",
    "yes",
    "09:30",
    "23:59:59",
    "2026-11-22",
    "1999-02-28",
    "2024-02-29",
    "2026-1-5",
    "2026-11-22T10:00:00.000+04:00",
    "1970-01-01T00:00:00Z",
    "%Y-%m-%d %H:%M",
    "0 0; 0 1; 1 1",
    "40.4 49.8",
    "[a-c]+",
    "1e5",
    "NaN",
    "true",
    "-",
)
NUMBERS = (0.0, 1.0, 2.0, 0.5, 3.7, 10.0, 100.0, 1000.0, 20779.0, 1e15, 0.001)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|")
# Different by nature (random, uuid), or in need of paths, which the table tries.
LEFT_OUT = {
    "random",
    "uuid",
    "randomize",
    "indexed-repeat",
    "instance",
    "jr:choice-name",
    "position",
    "last",
    "once",
    "current",
    "regex",
}
CALLED = [entry for name, entry in sorted(FUNCTIONS.items()) if name not in LEFT_OUT]


def expression(source: random.Random, depth: int = 4) -> Expr:
    """A random tree of at most `depth` levels."""
    kind = source.random()
    if depth == 0 or kind < 0.25:
        return leaf(source)
    parts = [expression(source, depth - 1) for _ in range(3)]
    if kind < 0.55:
        return Binary(source.choice(OPERATORS), parts[0], parts[1])
    if kind < 0.6:
        return Negate(parts[0])
    if kind < 0.68:
        return Chain(source.choice(("and", "or")), tuple(parts))
    entry = source.choice(CALLED)
    count = source.randint(entry.low, min(entry.high, entry.low + 2))
    return Call(entry.name, tuple(expression(source, depth - 1) for _ in range(count)))


def leaf(source: random.Random) -> Expr:
    kind = source.random()
    if kind < 0.35:
        return Ref(source.choice(NAMES))
    return Number(source.choice(NUMBERS)) if kind < 0.65 else Text(source.choice(TEXTS))


def answers(source: random.Random) -> dict[str, Any]:
    """A random map of answers with a repeat."""
    found = {name: value(source) for name in NAMES[:2] if source.random() < 0.8}
    found["m"] = source.sample(["yes", "no", "a", "b"], source.randint(1, 3))
    found["rows"] = [{"x": value(source)} for _ in range(source.randint(0, 3))]
    return found


def value(source: random.Random) -> Any:
    number = source.choice(NUMBERS)
    return source.choice([source.choice(TEXTS), int(number) if number.is_integer() else number])
