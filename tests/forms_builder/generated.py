"""Expressions invented by a seeded generator, for comparing the two evaluators."""

import random
from collections.abc import Callable
from typing import Any

from forms_builder.expressions import FUNCTIONS
from forms_builder.expressions.nodes import (
    Binary,
    Call,
    Chain,
    Expr,
    Negate,
    Number,
    Path,
    Ref,
    Step,
    Text,
)

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
    "-0",
    "\x1ca\x1cb",
    "\ufeffa\u00a0b\u0085",
    "\u20282026-11-22\x1f",
    "Iiİıßſ",
    "👩‍👧 x👧",
    "0001-01-01",
    "0099-12-31T23:59:59.999",
    "1899-12-31T23:59:59.999+04:00",
    "1900-02-29",
    "2026-11-22T10:00:00.123Z",
    "2026-06-30T23:59:59.1-11:30",
    "9999-12-31",
    "9999-12-31T23:00:00Z",
    "10000-01-01",
    "2026-02-30",
    "24:00",
    "9007199254740993",
    "123456789012345678901234567890",
    "0.1000000000000000055",
    "a" * 70,
    "one",
    "two three",
    "%n/%e/%y %W %a %b %h:%3 %% %q %",
)
NUMBERS = (
    0.0, 1.0, 2.0, 0.5, 3.7, 10.0, 100.0, 1000.0, 20779.0, 1e15, 0.001, 1.005, 2.5, 1e-7,
    123456.789, 9007199254740991.0, 1e21, 1e22, 1.7976931348623157e308, 5e-324, 0.1, 719163.0,
    2932896.0, 20779.123456,
)  # fmt: skip
PATTERNS = (
    "[a-c]+", "(?i)İ+i*", "\\w+", "[[:alpha:]]{1,3}.*", "\\p{L}+", "a{2,}", "^$|x", ".", "\\s*",
    "(?i)ß|ſ", "(a|ab)(c|bcd)*", "[^\\d\\s]+", "\\Qa.b\\E", "(?:a*)*b", "(", "\\x{1F469}.*",
)  # fmt: skip
LISTS = {
    "l": [
        {"name": "one", "labels": {"az": "Bir"}, "k": "a"},
        {"name": "two", "labels": {"en": "Two"}, "k": 2},
        {"name": "one", "labels": {"az": "Yenə bir"}, "k": ""},
        {"name": "three", "labels": {}, "k": "abc", "retired": True},
    ]
}
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
}  # of which `special` makes most in a way that makes sense
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
    if kind < 0.8:
        return special(source, parts)
    entry = source.choice(CALLED)
    count = source.randint(entry.low, min(entry.high, entry.low + 2))
    return Call(entry.name, tuple(expression(source, depth - 1) for _ in range(count)))


def special(source: random.Random, parts: list[Expr]) -> Expr:
    """Paths with predicates, lists, patterns, what needs more than values."""
    known, rows = Text("l"), Ref("rows")
    makers: list[Callable[[], Expr]] = [
        lambda: Path(rows, False, (predicate(source, parts[0]),), (Step("x"),)),
        lambda: Path(Call("instance", (known,)), False, (), items(source, parts[0])),
        lambda: Call("count", (Path(rows, False, (predicate(source, parts[0]),), ()),)),
        lambda: Call("indexed-repeat", (Ref("x"), rows, parts[0])),
        lambda: Call("jr:choice-name", (parts[0], known)),
        lambda: Call("pulldata", (known, Text("k"), Text("name"), parts[0])),
        lambda: Call("pulldata", (known, Text("label"), Text("k"), parts[0])),
        lambda: Call("regex", (parts[0], Text(source.choice(PATTERNS)))),
        lambda: Call("randomize", (Ref("x"), parts[0])),
        lambda: Call("once", (parts[0],)),
        lambda: Call("position", ()),
        lambda: Ref("deep"),
    ]
    return source.choice(makers)()


def predicate(source: random.Random, other: Expr) -> Expr:
    """A condition for a row or choice."""
    own = Path(None, False, (), (Step(source.choice(("x", "name", "k", "label"))),))
    place = Call(source.choice(("position", "last")), ())
    return source.choice([
        own, place, other, Binary(source.choice(OPERATORS), own, other),
        Binary("=", place, other), Call("selected", (other, own)),
    ])  # fmt: skip


def items(source: random.Random, other: Expr) -> tuple[Step, ...]:
    """root/item[...]/attribute."""
    found = (predicate(source, other),)
    last = source.choice(("name", "label", "k", "labels", "missing", "constructor"))
    return (Step("root"), Step("item", found), Step(last))


def leaf(source: random.Random) -> Expr:
    kind = source.random()
    if kind < 0.35:
        return Ref(source.choice(NAMES))
    return Number(source.choice(NUMBERS)) if kind < 0.65 else Text(source.choice(TEXTS))


def answers(source: random.Random) -> dict[str, Any]:
    """A random map of answers with a repeat."""
    found = {name: value(source) for name in NAMES[:2] if source.random() < 0.8}
    found["m"] = source.sample(["yes", "no", "a", "b"], source.randint(1, 3))
    found["rows"] = [
        {"x": value(source), "inner": [{"deep": value(source)}] * source.randint(0, 2)}
        for _ in range(source.randint(0, 3))
    ]
    return found


def value(source: random.Random) -> Any:
    number = source.choice(NUMBERS)
    return source.choice([source.choice(TEXTS), int(number) if number.is_integer() else number])
