"""Paths and names outside a form: protocol conditions, examples, the table of cases.

A path is read as the name of its last step; `[...]` after a repeat filters its rows.
"""

from collections.abc import Callable

from .errors import ExpressionError
from .nodes import (
    Attribute,
    Binary,
    Call,
    Chain,
    Expr,
    ItemField,
    Items,
    Level,
    Negate,
    Path,
    Position,
    Ref,
    Rows,
    Step,
    Text,
)


def flatten(tree: Expr, inside: str = "") -> Expr:
    """`tree` with its paths resolved; `inside` is "list" or "rows" within a predicate."""
    match tree:
        case Call("indexed-repeat", arguments):
            return _indexed(arguments, inside)
        case Call("position", arguments) if arguments:
            return Position(0)
        case Call("once", (value,)):
            return Call("once", (Ref("."), flatten(value, inside)))
        case Call("jr:choice-name", (value, Text(name))):
            return Call("jr:choice-name", (flatten(value, inside), Text(name.strip("${} "))))
        case Call("current", ()):
            return Ref(".")
        case Call(name, arguments):
            return Call(name, tuple(flatten(part, inside) for part in arguments))
        case Binary(operator, left, right):
            return Binary(operator, flatten(left, inside), flatten(right, inside))
        case Chain(operator, operands):
            return Chain(operator, tuple(flatten(part, inside) for part in operands))
        case Negate(operand):
            return Negate(flatten(operand, inside))
        case Path():
            return _path(tree, inside)
        case _:
            return tree


def _path(path: Path, inside: str) -> Expr:
    match path.base:
        case Call("instance", (source,)):
            return list_items(path, flatten(source, inside), lambda part: flatten(part, "list"))
        case Call("current", ()):
            return _named(path.steps, "")
        case Ref(name):
            steps = (Step(name, path.predicates), *path.steps)
            return _named(steps, "")
        case None:
            return _named(path.steps, inside)
    raise ExpressionError("a path cannot start from this")


def list_items(path: Path, source: Expr, resolve: Callable[[Expr], Expr]) -> Items:
    """`instance('list')` with the steps root, item[...] and an attribute, as Items.

    Raises ExpressionError for other steps.
    """
    names = [step.name for step in path.steps]
    if len(names) not in (2, 3) or names[:2] != ["root", "item"] or path.predicates:
        raise ExpressionError("after instance('list') write root, item[...] and an attribute")
    predicates = tuple(resolve(part) for part in path.steps[1].predicates)
    return Items(source, predicates, names[2] if len(names) == 3 else "name")


def _named(steps: tuple[Step, ...], inside: str) -> Expr:
    """The steps that have names, read as repeats and a last field."""
    named = [step for step in steps if step.name not in (".", "..")]
    if not named:
        return Ref(".")
    filtered = [step for step in named if step.predicates]
    name = named[-1].name
    if filtered:
        levels = tuple(
            Level(step.name, tuple(flatten(part, "rows") for part in step.predicates))
            for step in filtered
        )
        return Rows(name, -1, levels)
    if inside == "list":
        return Attribute(name)
    return ItemField(name) if inside == "rows" else Ref(name)


def _indexed(arguments: tuple[Expr, ...], inside: str) -> Expr:
    """indexed-repeat(${x}, ${repeat}, 2, ...) as rows chosen by their position."""
    field, *pairs = arguments
    if len(pairs) % 2 or not isinstance(field, Ref):
        raise ExpressionError("write indexed-repeat(${field}, ${repeat}, number)")
    levels = []
    for repeat, place in zip(pairs[0::2], pairs[1::2], strict=True):
        if not isinstance(repeat, Ref):
            raise ExpressionError("write indexed-repeat(${field}, ${repeat}, number)")
        levels.append(Level(repeat.name, (Call("number", (flatten(place, inside),)),)))
    return Rows(field.name, -1, tuple(levels))
