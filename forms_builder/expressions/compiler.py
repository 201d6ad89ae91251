"""Trees to Python closures: a form is compiled once and evaluated many times.

Every closure takes the Scope it is worked out in and returns a Value.
"""

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from .errors import ExpressionError
from .functions import FUNCTIONS
from .functions_set import choice_attribute, choice_label
from .nodes import (
    Attribute,
    Binary,
    Call,
    Chain,
    Expr,
    Field,
    ItemField,
    Items,
    Negate,
    Number,
    Position,
    Ref,
    Rows,
    Text,
)
from .scope import Scope, lookup
from .values import (
    NAN,
    Scalar,
    Value,
    differ,
    equal,
    nodes,
    order,
    scalar,
    to_boolean,
    to_number,
    to_text,
)

Closure = Callable[[Scope], Value]


def compile_tree(tree: Expr) -> Closure:
    """`tree` as a function of a Scope.

    Raises ExpressionError for functions that do not exist or get the wrong arguments, and
    for paths that were not resolved.
    """
    make = _MAKERS.get(type(tree))
    if make is None:
        raise ExpressionError(f"{type(tree).__name__} must be resolved first")
    return make(tree)


def _constant(tree: Number | Text) -> Closure:
    value = tree.value
    return lambda scope: value


def _ref(tree: Ref) -> Closure:
    name = tree.name
    return lambda scope: lookup(scope, name)


# Places in the form


def _field(tree: Field) -> Closure:
    path, climb = tree.path, tree.climb
    if tree.through:
        return _gathered(tree)
    if climb == 0:

        def here(scope: Scope) -> Value:
            value = scope.values.get(path)
            return value if value is not None else _absent(scope, path)

        return here

    def above(scope: Scope) -> Value:
        owner = ancestor(scope, climb)
        value = owner.values.get(path)
        return value if value is not None else _absent(owner, path)

    return above


def _absent(scope: Scope, path: str) -> Value:
    """A node that is not relevant is in no node-set; one not answered is ""."""
    return [] if path in scope.hidden else ""


def _gathered(tree: Field) -> Closure:
    path, climb, through = tree.path, tree.climb, tree.through
    return lambda scope: values_in(rows_through([ancestor(scope, climb)], through), path)


def ancestor(scope: Scope, climb: int) -> Scope:
    """The scope `climb` rows up; -1 is the form outside all repeats."""
    while climb and scope.parent is not None:
        scope = scope.parent
        climb -= 1
    return scope


def rows_through(scopes: list[Scope], through: Iterable[str]) -> list[Scope]:
    """All rows of the repeats in `through`, each inside the one before."""
    for repeat in through:
        scopes = [row for scope in scopes for row in scope.rows.get(repeat, ())]
    if scopes:
        scopes[0].run.spend(len(scopes))
    return scopes


def values_in(scopes: Iterable[Scope], path: str) -> list[Scalar]:
    """The node `path` of every scope in which it is relevant."""
    return [scope.values.get(path, "") for scope in scopes if path not in scope.hidden]


def _rows(tree: Rows) -> Closure:
    path, climb = tree.path, tree.climb
    levels = [
        (level.path, [compile_tree(part) for part in level.predicates]) for level in tree.levels
    ]

    def rows(scope: Scope) -> Value:
        scopes = [ancestor(scope, climb)]
        for repeat, predicates in levels:
            found: list[Scope] = []
            for owner in scopes:
                kept = rows_through([owner], (repeat,))
                for predicate in predicates:
                    kept = _filtered(kept, predicate, scope)
                found.extend(kept)
            scopes = found
        return values_in(scopes, path)

    return rows


Item = TypeVar("Item")


def _filtered(items: list[Item], predicate: Closure, scope: Scope) -> list[Item]:
    """The items for which `predicate` holds; a number means a position."""
    run, size = scope.run, len(items)
    run.spend(size)
    kept = []
    for position, item in enumerate(items, start=1):
        if holds(scope, predicate, item, position, size):
            kept.append(item)
    return kept


def holds(
    scope: Scope, predicate: Closure, item: object, position: int = 1, size: int = 1
) -> bool:
    """Whether `predicate` holds for `item` (a choice or a row), seen from `scope`."""
    items = scope.run.items
    items.append((item, position, size))
    try:
        value = predicate(scope)
    finally:
        items.pop()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value == position
    return to_boolean(value)


def _items(tree: Items) -> Closure:
    source = compile_tree(tree.list)
    predicates = [compile_tree(part) for part in tree.predicates]
    attribute = tree.attribute

    def items(scope: Scope) -> Value:
        run = scope.run
        kept = list(run.lookups.choices(to_text(source(scope))))
        for predicate in predicates:
            kept = _filtered(kept, predicate, scope)
        return [choice_attribute(choice, attribute, run.language) for choice in kept]

    return items


def _attribute(tree: Attribute) -> Closure:
    name = tree.name

    def attribute(scope: Scope) -> Value:
        item = scope.run.items[-1][0]
        return choice_attribute(item, name, scope.run.language)

    return attribute


def _item_field(tree: ItemField) -> Closure:
    path, through = tree.path, tree.through

    def item_field(scope: Scope) -> Value:
        row = scope.run.items[-1][0]
        found = values_in(rows_through([row], through), path)
        return found if through or not found else found[0]

    return item_field


def _position(tree: Position) -> Closure:
    climb = tree.climb
    return lambda scope: float(ancestor(scope, climb).index + 1)


# Operators


def _negate(tree: Negate) -> Closure:
    operand = compile_tree(tree.operand)
    return lambda scope: -to_number(operand(scope))


def _chain(tree: Chain) -> Closure:
    operands = [compile_tree(part) for part in tree.operands]
    stop = tree.operator == "or"

    def chain(scope: Scope) -> Value:
        for operand in operands:
            value = operand(scope)
            if (value if value is True or value is False else to_boolean(value)) is stop:
                return stop
        return not stop

    return chain


def _binary(tree: Binary) -> Closure:
    left, right, operator = compile_tree(tree.left), compile_tree(tree.right), tree.operator
    if operator in ("<", "<=", ">", ">="):
        return _comparison(left, right, lambda a, b: order(a, b, operator))
    if operator == "=":
        plain = _plain_text(tree.right)
        return _equal_text(left, plain) if plain else _comparison(left, right, equal)
    if operator == "!=":
        return _comparison(left, right, differ)
    if operator == "|":
        return lambda scope: nodes(left(scope)) + nodes(right(scope))
    calculate = _ARITHMETIC[operator]
    return lambda scope: calculate(to_number(left(scope)), to_number(right(scope)))


def _comparison(
    left: Closure, right: Closure, holds: Callable[[Value, Value], bool]
) -> Closure:
    """Two node-sets are compared pair by pair, which counts as work."""

    def comparison(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if type(a) is list and type(b) is list:
            scope.run.spend(len(a) * len(b))
        return holds(a, b)

    return comparison


def _plain_text(tree: Expr) -> str:
    """The text of a constant that cannot be taken for a date or a number, else ""."""
    text = tree.value if isinstance(tree, Text) else ""
    return text if text[4:5] != "-" else ""


def _equal_text(left: Closure, text: str) -> Closure:
    """`${field} = 'yes'`, by far the most common condition."""

    def equal_text(scope: Scope) -> Value:
        value = left(scope)
        return value == text if type(value) is str else equal(value, text)

    return equal_text


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or left != left:
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    """What is left of a division towards zero; it has the sign of `left`."""
    if right == 0 or math.isinf(left) or left != left or right != right:
        return NAN
    return math.fmod(left, right)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": _divide,
    "mod": _remainder,
}


# Functions


def _call(tree: Call) -> Closure:
    entry = FUNCTIONS.get(tree.name)
    if entry is None:
        raise ExpressionError(f"unknown function {tree.name}()")
    special = _SPECIAL.get(tree.name)
    count = len(tree.arguments)
    # A resolved once() carries the question's own value as well.
    if not entry.low <= count <= entry.high + (tree.name == "once"):
        raise ExpressionError(f"{tree.name}() cannot take {count} arguments")
    arguments = [compile_tree(part) for part in tree.arguments]
    if special is not None:
        return special(*arguments)
    body = entry.body
    if entry.needs_run:
        return lambda scope: body(scope.run, *[part(scope) for part in arguments])
    if count == 1:
        (only,) = arguments
        return lambda scope: body(only(scope))
    if count == 2:
        first, second = arguments
        return lambda scope: body(first(scope), second(scope))
    return lambda scope: body(*[part(scope) for part in arguments])


def _if(condition: Closure, then: Closure, otherwise: Closure) -> Closure:
    return lambda scope: then(scope) if to_boolean(condition(scope)) else otherwise(scope)


def _coalesce(*options: Closure) -> Closure:
    def coalesce(scope: Scope) -> Value:
        for option in options:
            value = scalar(option(scope))
            if value != "":
                return value
        return ""

    return coalesce


def _item_position() -> Closure:
    def position(scope: Scope) -> Value:
        items = scope.run.items
        return float(items[-1][1]) if items else float(scope.index + 1)

    return position


def _last() -> Closure:
    def last(scope: Scope) -> Value:
        items = scope.run.items
        return float(items[-1][2]) if items else 1.0

    return last


def _choice_name(value: Closure, source: Closure) -> Closure:
    def choice_name(scope: Scope) -> Value:
        names = to_text(value(scope)).split()
        code = to_text(source(scope))
        return ", ".join(choice_label(scope.run, code, name) for name in names)

    return choice_name


_SPECIAL: dict[str, Callable[..., Closure]] = {
    "if": _if,
    "coalesce": _coalesce,
    "once": _coalesce,
    "position": _item_position,
    "last": _last,
    "jr:choice-name": _choice_name,
}

_MAKERS: dict[type, Callable[..., Closure]] = {
    Number: _constant,
    Text: _constant,
    Ref: _ref,
    Field: _field,
    Rows: _rows,
    Items: _items,
    Attribute: _attribute,
    ItemField: _item_field,
    Position: _position,
    Negate: _negate,
    Chain: _chain,
    Binary: _binary,
    Call: _call,
}

compiled = lru_cache(maxsize=8192)(compile_tree)
