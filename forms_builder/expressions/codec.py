"""Trees as compact JSON, the form in which versions store them and browsers read them.

A number or a text is itself; every other node is a list whose first entry names it.
"""

from collections.abc import Sequence
from typing import Any

from .errors import ExpressionError
from .nodes import (
    Attribute,
    Binary,
    Call,
    Chain,
    Expr,
    Field,
    Given,
    ItemField,
    Items,
    Level,
    Negate,
    Number,
    Path,
    Position,
    Ref,
    Rows,
    Step,
    Text,
)

Json = Any


def to_json(tree: Expr) -> Json:
    """`tree` as JSON."""
    match tree:
        case Number(value):
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        case Text(value):
            return value
        case Ref(name):
            return ["$", name]
        case Call(name, arguments):
            return ["call", name, *map(to_json, arguments)]
        case Binary(operator, left, right):
            return [operator, to_json(left), to_json(right)]
        case Chain(operator, operands):
            return [operator, *map(to_json, operands)]
        case Negate(operand):
            return ["neg", to_json(operand)]
        case Path(base, absolute, predicates, steps):
            start = to_json(base) if base is not None else None
            return ["path", start, int(absolute), _list(predicates), _steps(steps)]
    return _resolved_to_json(tree)


def _resolved_to_json(tree: Expr) -> Json:
    match tree:
        case Field(path, climb, through):
            return ["field", path, climb, *through]
        case Rows(path, climb, levels):
            inner = [[level.path, *map(to_json, level.predicates)] for level in levels]
            return ["rows", path, climb, inner]
        case Items(source, predicates, attribute):
            return ["items", to_json(source), _list(predicates), attribute]
        case Attribute(name):
            return ["attr", name]
        case ItemField(path, through):
            return ["item", path, *through]
        case Position(climb):
            return ["position", climb]
        case Given(name):
            return ["given", name]
    raise TypeError(f"not a tree: {tree!r}")


def _list(trees: Sequence[Expr]) -> Json:
    return [to_json(tree) for tree in trees]


def _steps(steps: Sequence[Step]) -> Json:
    return [[step.name, *map(to_json, step.predicates)] for step in steps]


def from_json(data: Json) -> Expr:
    """The tree that `to_json` turned into `data`. Raises ExpressionError for other JSON."""
    try:
        return _tree(data)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise ExpressionError("not the JSON of an expression") from None


def _tree(data: Json) -> Expr:
    if isinstance(data, str):
        return Text(data)
    if isinstance(data, int | float) and not isinstance(data, bool):
        return Number(float(data))
    name, *rest = data
    match name:
        case "$":
            return Ref(_text(*rest))
        case "call":
            return Call(_text(rest[0]), _trees(rest[1:]))
        case "and" | "or":
            return Chain(name, _trees(rest))
        case "neg":
            return Negate(_tree(*rest))
        case "path":
            base, absolute, predicates, steps = rest
            start = None if base is None else _tree(base)
            trail = tuple(Step(_text(step[0]), _trees(step[1:])) for step in steps)
            return Path(start, bool(absolute), _trees(predicates), trail)
    return _resolved(name, rest)


def _resolved(name: str, rest: list[Json]) -> Expr:
    match name:
        case "field":
            return Field(_text(rest[0]), int(rest[1]), tuple(map(_text, rest[2:])))
        case "rows":
            levels = tuple(Level(_text(level[0]), _trees(level[1:])) for level in rest[2])
            return Rows(_text(rest[0]), int(rest[1]), levels)
        case "items":
            return Items(_tree(rest[0]), _trees(rest[1]), _text(rest[2]))
        case "attr":
            return Attribute(_text(*rest))
        case "item":
            return ItemField(_text(rest[0]), tuple(map(_text, rest[1:])))
        case "position":
            return Position(int(*rest))
        case "given":
            return Given(_text(*rest))
        case "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "div" | "mod" | "|":
            left, right = rest
            return Binary(name, _tree(left), _tree(right))
    raise ValueError(name)


def _trees(items: Sequence[Json]) -> tuple[Expr, ...]:
    return tuple(_tree(item) for item in items)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
