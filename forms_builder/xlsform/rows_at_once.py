"""The value of several rows where other tools want one.

`${n} = 'x'` outside the repeat of `n` holds here when it holds for any row, and `${n} + 1`
takes the first. ODK tools do so while there is one row, and fail on the second; ODK Validate
adds a second row to every repeat that is relevant, and refuses such forms.
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
    Text,
    children,
)
from forms_builder.layout import Layout
from forms_builder.schema import Place, places
from forms_builder.xlsform.named_files import is_triggered

_WORKED_OUT = ("calculation", "relevant", "read_only", "required")
_PERHAPS = ("choice_filter", "repeat_count")
# Functions that take the values of all rows.
_OF_SETS = {
    "sum", "count", "count-non-empty", "max", "min", "join", "concat", "randomize",
    "checklist", "weighted-checklist", "position", "area", "distance", "geofence",
}  # fmt: skip
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}


def row_problems(spec: Mapping[str, Any]) -> list[Problem]:
    """The expressions of a faultless `spec` that other tools refuse for this."""
    message = _(
        "“{name}” may have several rows; say which one is meant: indexed-repeat(), or all of "
        "them: sum(), count() or join()."
    )
    return [
        Problem("several_rows", message.format(name=repeat.rpartition("/")[2]), path=where)
        for where, repeat in several_rows(spec)
    ]


def several_rows(
    spec: Mapping[str, Any], *, perhaps: bool = False
) -> Iterator[tuple[str, str]]:
    """Each `path#attribute` that wants one value of a repeat, and the path of that repeat.

    `perhaps`: also what is worked out only under a condition. Raises ProblemsFound for a spec
    that cannot be compiled.
    """
    many = full_repeats(spec, perhaps=perhaps)
    if not many:
        return
    waiting = {f"{p.path}#calculation" for p in places(spec) if is_triggered(p.node)}
    for where, tree in compile_spec(spec)["asts"].items():
        attribute = where.rpartition("#")[2] if where not in waiting else ""
        if attribute in _WORKED_OUT or (perhaps and attribute in _PERHAPS):
            found = next(wanted_once(from_json(tree), many, perhaps=perhaps), None)
            if found:
                yield where, found


def full_repeats(spec: Mapping[str, Any], *, perhaps: bool) -> set[str]:
    """Repeats that are relevant in an empty form; `perhaps`: every repeat."""
    every = places(spec)
    relevant = [place.path for place in every if "relevant" in place.node and not perhaps]
    return {
        place.path
        for place in every
        if place.kind == "repeat"
        and not any(f"{place.path}/".startswith(f"{path}/") for path in relevant)
    }


def wanted_once(tree: Expr, many: set[str], *, perhaps: bool) -> Iterator[str]:
    """The repeats of which `tree` certainly wants one value when the form is opened."""
    match tree:
        case Field(_path, _climb, through):
            yield from (repeat for repeat in through if repeat in many)
        case Call(name, arguments) if name in _OF_SETS and not is_of_several(name, arguments):
            return
        case Call("if" | "coalesce" | "once", (first, *rest)) | Chain(_, (first, *rest)):
            for part in (first, *(rest if perhaps else ())):  # the rest may stay untouched
                yield from wanted_once(part, many, perhaps=perhaps)
        case Call() | Binary() | Negate():
            for part in children(tree):
                yield from wanted_once(part, many, perhaps=perhaps)


def is_of_several(name: str, arguments: tuple[Expr, ...]) -> bool:
    """Whether others want each argument alone: they take `max(${n})`, not `max(${n}, 1)`."""
    return name in ("max", "min") and len(arguments) > 1


# --- in an export --------------------------------------------------------------------------


def say_one(spec: Mapping[str, Any]) -> None:
    """Say in `spec` what is meant: any row in a comparison, else the first."""
    layout = Layout(spec)
    for where, _repeat in list(several_rows(spec, perhaps=True)):
        path, _hash, attribute = where.partition("#")
        place = layout.by_path[path]
        node: Any = place.node
        one = OneRow(layout, place, is_filter=attribute == "choice_filter")
        node[attribute] = to_source(one.said(parse(node[attribute])))


class OneRow:
    """Says which row is meant in an expression of `home`."""

    def __init__(self, layout: Layout, home: Place, *, is_filter: bool) -> None:
        self.layout, self.home, self.is_filter = layout, home, is_filter

    def said(self, tree: Expr) -> Expr:
        """`tree` with one value wherever one is wanted."""
        match tree:
            case Binary("=", value, Ref() as field) if self.is_filter:
                return self.among(field, value)
            case Binary(operator, Ref() as field, value) if operator in _COMPARISONS:
                return self.compared(operator, field, self.said(value))
            case Ref():
                return self.first(tree)
            case Call(name, arguments) if is_of_several(name, arguments):
                return Call(name, tuple(Call(name, (part,)) for part in arguments))
            case Call(name, _arguments) if name in {*_OF_SETS, "indexed-repeat"}:
                return tree
            case Call("jr:choice-name" as name, (value, source)):
                return Call(name, (self.said(value), source))
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
        found = Binary(">", Call("count", (rows,)), Number(0.0))
        if operator != "=" or value != Text(""):
            return found
        return Chain(
            "or", (found, Binary("=", Call("count", (Ref(repeat.name),)), Number(0.0)))
        )

    def among(self, field: Ref, value: Expr) -> Expr:
        """Whether a choice has one of the values of all rows."""
        repeat, _target = self.repeat_of(field)
        if repeat is None:
            return Binary("=", value, field)
        return Call("selected", (Call("join", (Text(" "), field)), value))

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
