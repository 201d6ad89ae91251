"""Changing an expression's tree from the leaves up."""

from collections.abc import Callable
from functools import partial

from forms_builder.expressions.nodes import Binary, Call, Chain, Expr, Negate, Path, Step

Change = Callable[[Expr], Expr]


def changed(tree: Expr, change: Change) -> Expr:
    """`tree` with `change` made of every node, those inside first."""
    inside = partial(changed, change=change)
    match tree:
        case Call(name, arguments):
            tree = Call(name, tuple(map(inside, arguments)))
        case Binary(operator, left, right):
            tree = Binary(operator, inside(left), inside(right))
        case Chain(operator, operands):
            tree = Chain(operator, tuple(map(inside, operands)))
        case Negate(operand):
            tree = Negate(inside(operand))
        case Path(base, absolute, predicates, steps):
            begin = None if base is None else inside(base)
            made = tuple(Step(step.name, tuple(map(inside, step.predicates))) for step in steps)
            tree = Path(begin, absolute, tuple(map(inside, predicates)), made)
    return change(tree)
