"""Partial evaluation: what a browser may work out itself, and what the server answers.

Some places of a form are secret to whoever fills it. An expression that reads them is sent
with `Given` in place of its secret parts: of truths that depend on secrets alone, or, where
secrets and open answers mix, of the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from .functions import FUNCTIONS
from .nodes import (
    Attribute,
    Binary,
    Call,
    Chain,
    Expr,
    Field,
    Given,
    ItemField,
    Negate,
    Position,
    Ref,
    Rows,
    walk,
)

Secret = Callable[[Expr], bool]
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class _Mixed(Exception):
    """Secrets and open answers cannot be told apart here."""


@dataclass
class Partial:
    """Makes open trees. `secret` says which nodes may not leave the server.

    `asked` gathers the tree behind each Given, by its name: a number, which tells nothing.
    """

    secret: Secret
    asked: dict[str, Expr] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def open(self, tree: Expr) -> Expr:
        """`tree` without secrets; the same tree when it has none."""
        if not self.has_secret(tree):
            return tree
        if _is_truth(tree) and not self._reads_open(tree):
            return self._given(tree)
        before = dict(self.asked)
        try:
            return self._parts(tree)
        except _Mixed:
            self.asked = before
            return self._given(tree)

    def has_secret(self, tree: Expr) -> bool:
        """Whether anything in `tree` may not leave the server."""
        return any(self.secret(node) for node, _depth in walk(tree))

    def _given(self, tree: Expr) -> Given:
        name = str(next(self._names))
        self.asked[name] = tree
        return Given(name)

    def _reads_open(self, tree: Expr) -> bool:
        """Whether the value changes with what the browser knows."""
        kinds = (Field, Rows, ItemField, Ref, Attribute, Position)
        return any(
            isinstance(node, kinds) and not self.secret(node) for node, _depth in walk(tree)
        )

    def _parts(self, tree: Expr) -> Expr:
        """`tree` with its secret truths given. Raises _Mixed."""
        if not self.has_secret(tree):
            return tree
        if _is_truth(tree) and not self._reads_open(tree):
            return self._given(tree)
        match tree:
            case Chain(operator, operands):
                return self._chain(operator, operands)
            case Call(name, arguments) if not self.secret(tree):
                return Call(name, tuple(map(self._parts, arguments)))
            case Binary(operator, left, right):
                return Binary(operator, self._parts(left), self._parts(right))
            case Negate(operand):
                return Negate(self._parts(operand))
        raise _Mixed

    def _chain(self, operator: str, operands: tuple[Expr, ...]) -> Expr:
        """The secret operands together, so that no single one of them is told."""
        closed = tuple(
            part
            for part in operands
            if self.has_secret(part) and _is_truth(part) and not self._reads_open(part)
        )
        rest = tuple(self._parts(part) for part in operands if part not in closed)
        if not closed:
            return Chain(operator, rest)
        together = self._given(closed[0] if len(closed) == 1 else Chain(operator, closed))
        return Chain(operator, (together, *rest))


def _is_truth(tree: Expr) -> bool:
    """Whether the value is true or false, whatever is read."""
    match tree:
        case Chain():
            return True
        case Binary(operator, _, _):
            return operator in COMPARISONS
        case Call(name, _):
            return name in FUNCTIONS and FUNCTIONS[name].result == "boolean"
    return False
