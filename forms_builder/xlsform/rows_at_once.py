"""The value of several rows where other tools want one.

`${n} = 'x'` outside the repeat of `n` holds here when it holds for any row, and `${n} + 1`
takes the first. ODK tools do so while there is one row, and fail on the second: a form whose
repeat begins with two rows cannot be opened there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.compile import compile_spec
from forms_builder.expressions import from_json, parse, to_source
from forms_builder.expressions.nodes import (
    Binary,
    Call,
    Chain,
    Expr,
    Field,
    Negate,
    Number,
    Path,
    Ref,
    Step,
    children,
)
from forms_builder.layout import Layout
from forms_builder.schema import Place, places

_WORKED_OUT = ("calculation", "relevant", "read_only", "required")
# Functions that take the values of all rows.
_OF_SETS = {
    "sum", "count", "count-non-empty", "max", "min", "join", "concat", "randomize",
    "checklist", "weighted-checklist", "position", "area", "distance", "geofence",
}  # fmt: skip
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}


def row_problems(spec: Mapping[str, Any]) -> list[Problem]:
    """The expressions of a faultless `spec` that other tools refuse for this."""
    message = _(
        "“{name}” begins with several rows; say which one is meant: indexed-repeat(), or all "
        "of them: sum(), count() or join()."
    )
    return [
        Problem("several_rows", message.format(name=repeat.rpartition("/")[2]), path=where)
        for where, repeat in several_rows(spec)
    ]


def several_rows(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each `path#attribute` that wants one value of a repeat, and the path of that repeat.

    Raises ProblemsFound for a spec that cannot be compiled.
    """
    many = full_repeats(spec)
    if not many:
        return
    for where, tree in compile_spec(spec)["asts"].items():
        if where.rpartition("#")[2] in _WORKED_OUT:
            found = next(wanted_once(from_json(tree), many), None)
            if found:
                yield where, found


def full_repeats(spec: Mapping[str, Any]) -> set[str]:
    """Repeats that have several rows as soon as the form is opened."""
    every = places(spec)
    relevant = [place.path for place in every if "relevant" in place.node]
    return {
        place.path
        for place in every
        if place.kind == "repeat"
        and place.node.get("repeat_count", "").strip() not in ("", "0", "1")
        and place.node["repeat_count"].strip().isdigit()
        and not any(f"{place.path}/".startswith(f"{path}/") for path in relevant)
    }


def wanted_once(tree: Expr, many: set[str]) -> Iterator[str]:
    """The repeats of which `tree` certainly wants one value when the form is opened."""
    match tree:
        case Field(_path, _climb, through):
            yield from (repeat for repeat in through if repeat in many)
        case Call(name, _arguments) if name in _OF_SETS:
            return
        case Call("if" | "coalesce" | "once", (first, *_rest)) | Chain(_, (first, *_rest)):
            yield from wanted_once(first, many)  # the rest may not be worked out
        case Call() | Binary() | Negate():
            for part in children(tree):
                yield from wanted_once(part, many)


# --- in an export --------------------------------------------------------------------------


def say_one(spec: Mapping[str, Any]) -> None:
    """Say in `spec` what is meant: any row in a comparison, else the first."""
    layout = Layout(spec)
    for where, _repeat in list(several_rows(spec)):
        path, _hash, attribute = where.partition("#")
        place = layout.by_path[path]
        node: Any = place.node
        node[attribute] = to_source(OneRow(layout, place).said(parse(node[attribute])))


class OneRow:
    """Says which row is meant in an expression of `home`."""

    def __init__(self, layout: Layout, home: Place) -> None:
        self.layout, self.home = layout, home

    def said(self, tree: Expr) -> Expr:
        """`tree` with one value wherever one is wanted."""
        match tree:
            case Binary(operator, Ref() as left, right) if operator in _COMPARISONS:
                return self.compared(operator, left, self.said(right))
            case Ref():
                return self.first(tree)
            case Call(name, _arguments) if name in {*_OF_SETS, "indexed-repeat"}:
                return tree
            case Call(name, arguments):
                return Call(name, tuple(map(self.said, arguments)))
            case Binary(operator, left, right):
                return Binary(operator, self.said(left), self.said(right))
            case Chain(operator, operands):
                return Chain(operator, tuple(map(self.said, operands)))
            case Negate(operand):
                return Negate(self.said(operand))
        return tree

    def compared(self, operator: str, field: Ref, value: Expr) -> Expr:
        """Whether a comparison holds for any row."""
        repeat, target = self.repeat_of(field)
        if repeat is None:
            return Binary(operator, field, value)
        steps = target.path[len(repeat.path) + 1 :].split("/")
        own = Path(None, False, (), tuple(map(Step, steps)))
        rows = Path(Ref(repeat.name), False, (Binary(operator, own, value),), ())
        return Binary(">", Call("count", (rows,)), Number(0.0))

    def first(self, field: Ref) -> Expr:
        """The value in the first row."""
        repeat, _target = self.repeat_of(field)
        if repeat is None:
            return field
        return Call("indexed-repeat", (field, Ref(repeat.name), Number(1.0)))

    def repeat_of(self, field: Ref) -> tuple[Place | None, Place]:
        """The repeat whose rows hold the field and not `home`, if there is one."""
        target = self.layout.named(field.name.removeprefix("last-saved#"), self.home)
        outside = [path for path in target.chain if path not in self.home.chain]
        return (self.layout.by_path[outside[-1]] if outside else None), target
