"""The typed tree of an expression.

`parse` makes the first group of nodes. `resolve` (forms_builder.compile) replaces names
and paths by the second group, whose places in the form are known.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Ref:
    """`${name}`; the name may be a path ("group/name") where a name stands twice."""

    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: `.`, `..`, `*` or a name, with its `[predicates]`."""

    name: str
    predicates: "tuple[Expr, ...]" = ()


@dataclass(frozen=True, slots=True)
class Path:
    """`/a/b`, `../x`, `${repeat}[1]/x`, or choices of `instance('list')`.

    `base` is what the path starts from (None: the root when `absolute`, else here);
    `predicates` filter the base itself.
    """

    base: "Expr | None"
    absolute: bool
    predicates: "tuple[Expr, ...]"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    arguments: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right` for `= != < <= > >= + - * div mod |`."""

    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Chain:
    """`a and b and c` or `a or b or c`: one node however long it is."""

    operator: str
    operands: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class Negate:
    """`-operand`."""

    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Field:
    """A resolved name: the node `path` ("section/group/name") of the form.

    Evaluation starts `climb` repeat rows above the row of the expression (-1: outside all
    repeats) and goes through every row of the repeats `through`.
    """

    path: str
    climb: int
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A repeat (its node path) and the conditions for its rows."""

    path: str
    predicates: "tuple[Expr, ...]" = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """The node `path` in the rows that are left when every level has filtered its rows.

    `climb` is as in Field; `path` may be the last repeat itself.
    """

    path: str
    climb: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """`attribute` of the choices of a list for which all `predicates` hold."""

    list: "Expr"
    predicates: "tuple[Expr, ...]"
    attribute: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the choice being filtered (`region` in `region = ${region}`)."""

    name: str


@dataclass(frozen=True, slots=True)
class ItemField:
    """A node of the repeat row being filtered; `path` and `through` are as in Field."""

    path: str
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """`position(..)`: number of the row (from 1), `climb` repeats up."""

    climb: int


@dataclass(frozen=True, slots=True)
class Given:
    """What the server has worked out in this place, under a name without meaning.

    Stands in the trees that a browser gets, where the answers behind it stay here.
    """

    name: str


Expr = (
    Number
    | Text
    | Ref
    | Path
    | Call
    | Binary
    | Chain
    | Negate
    | Field
    | Rows
    | Items
    | Attribute
    | ItemField
    | Position
    | Given
)


def children(tree: Expr) -> tuple[Expr, ...]:
    """The direct parts of `tree`, in source order."""
    match tree:
        case Call(_, arguments):
            return arguments
        case Binary(_, left, right):
            return (left, right)
        case Chain(_, operands):
            return operands
        case Negate(operand):
            return (operand,)
        case Path(base, _, predicates, steps):
            inner = tuple(part for step in steps for part in step.predicates)
            return ((base,) if base is not None else ()) + predicates + inner
        case Rows(_, _, levels):
            return tuple(part for level in levels for part in level.predicates)
        case Items(source, predicates, _):
            return (source, *predicates)
        case _:
            return ()


def walk(tree: Expr) -> Iterator[tuple[Expr, int]]:
    """Every node with its depth (from 1); never recursive, so any depth is fine."""
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack.extend((part, depth + 1) for part in reversed(children(node)))


def own_paths(node: Expr) -> tuple[str, ...]:
    """The node paths of a form that `node` itself reads, repeats it goes through included."""
    match node:
        case Field(path, _, through) | ItemField(path, through):
            return (path, *through)
        case Rows(path, _, levels):
            return (path, *(level.path for level in levels))
    return ()


def paths_read(tree: Expr) -> Iterator[str]:
    """The node paths that anything in `tree` reads."""
    for node, _depth in walk(tree):
        yield from own_paths(node)


def reads_any(tree: Expr, paths: Collection[str]) -> bool:
    """Whether `tree` reads one of `paths`."""
    return any(path in paths for path in paths_read(tree))
