"""Tree to source text; `parse(to_source(tree)) == tree` for every tree that parse makes."""

from .nodes import Binary, Call, Chain, Expr, Negate, Number, Path, Ref, Step, Text
from .values import number_text

_STRENGTH = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_STRENGTH |= {"+": 5, "-": 5, "*": 6, "div": 6, "mod": 6, "negate": 7, "|": 8}
_PRIMARY = 9


def to_source(tree: Expr) -> str:
    """`tree` as an expression that a form author may read and edit.

    Raises TypeError for resolved trees: they have no source of their own.
    """
    match tree:
        case Number(value):
            return number_text(value)
        case Text(value):
            return _quoted(value)
        case Ref(name):
            return "${" + name + "}"
        case Call(name, arguments):
            return f"{name}({', '.join(to_source(part) for part in arguments)})"
        case Negate(operand):
            return "-" + _wrapped(operand, _STRENGTH["negate"])
        case Binary(operator, left, right):
            strength = _STRENGTH[operator]
            return f"{_wrapped(left, strength)} {operator} {_wrapped(right, strength + 1)}"
        case Chain(operator, operands):
            strength = _STRENGTH[operator] + 1
            return f" {operator} ".join(_wrapped(part, strength) for part in operands)
        case Path():
            return _path(tree)
    raise TypeError(f"{type(tree).__name__} has no source")


def _strength(tree: Expr) -> int:
    match tree:
        case Chain(operator, _) | Binary(operator, _, _):
            return _STRENGTH[operator]
        case Negate():
            return _STRENGTH["negate"]
        case _:
            return _PRIMARY


def _wrapped(tree: Expr, needed: int) -> str:
    source = to_source(tree)
    return source if _strength(tree) >= needed else f"({source})"


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    raise ValueError("a text with both kinds of quotation mark cannot be written")


def _predicates(predicates: tuple[Expr, ...]) -> str:
    return "".join(f"[{to_source(condition)}]" for condition in predicates)


def _step(step: Step) -> str:
    return step.name + _predicates(step.predicates)


def _path(path: Path) -> str:
    steps = "/".join(_step(step) for step in path.steps)
    if path.base is None:
        return f"/{steps}" if path.absolute else steps
    base = to_source(path.base)
    # A path in brackets is a base of its own: `(a/b)[1]` is not `a/b[1]`.
    if isinstance(path.base, Path) or _strength(path.base) < _PRIMARY:
        base = f"({base})"
    return base + _predicates(path.predicates) + (f"/{steps}" if steps else "")
