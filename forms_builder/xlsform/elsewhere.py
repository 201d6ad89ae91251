"""A form's expressions as other tools can work them out; used for exports only.

Where a name stands several times, other tools want its path. They know no `pulldata` from a
list of the workbook, refuse circles through `required`, and fail on texts that should be dates.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any

from config.shared.problems import ProblemsFound
from forms_builder.compile import is_dynamic_default
from forms_builder.expressions import ExpressionError, parse, to_source
from forms_builder.expressions.nodes import Binary, Call, Expr, Path, Ref, Step, Text
from forms_builder.layout import LAST_SAVED, Layout
from forms_builder.schema import Node, Place, expression_attributes
from forms_builder.xlsform.circles import circles
from forms_builder.xlsform.common_words import said_by_all
from forms_builder.xlsform.fixes.expressions import guarded
from forms_builder.xlsform.opening import opening_problems
from forms_builder.xlsform.rows_at_once import say_one
from forms_builder.xlsform.trees import changed

Json = Mapping[str, Any]
ROUNDS = 5


def for_elsewhere(spec: Json, lists: Mapping[str, str], root: str) -> dict[str, Any]:
    """`spec` with expressions that other tools work out; rows stay as many as they were.

    `lists` says how the lists inside the workbook are called there; `root` is the name of the
    form's root.
    """
    made = {**spec, "children": deepcopy(spec.get("children", []))}
    with suppress(ProblemsFound):  # a draft that has other faults is written as it is
        make_openable(made)
    Saying(made, lists, root).say_all()
    return made


def make_openable(spec: Json) -> None:
    """Without circles through `required`, one row where one is wanted, and dates only of whole
    dates."""
    nodes: dict[str, Any] = {place.path: place.node for place in Layout(spec).places}
    for path in circles(spec):
        del nodes[path]["required"]
    say_one(spec)
    for _round in range(ROUNDS):
        problems = opening_problems(spec)
        for problem in problems:
            path, _hash, attribute = problem.path.partition("#")
            if not isinstance(nodes[path].get(attribute), str):
                continue
            tree = parse(nodes[path][attribute])
            safe = changed(tree, guarded)
            if safe != tree:
                nodes[path][attribute] = to_source(safe)
            elif attribute == "calculation":
                nodes[path][attribute] = "''"
        if not problems:
            return


class Saying:
    """Says the expressions of one form in the way of other tools."""

    def __init__(self, spec: Json, lists: Mapping[str, str], root: str) -> None:
        self.layout, self.lists, self.root = Layout(spec), lists, root
        self.loose = {s["name"] for s in spec.get("children", []) if s.get("loose")}
        self.several = several_names(spec)

    def say_all(self) -> None:
        """Change every expression that others would not understand."""
        for place in self.layout.places:
            node: Any = place.node
            for attribute, source in list(expressions_of(place.node)):
                node[attribute] = self.said(place, source)

    def said(self, place: Place, source: str) -> str:
        """One expression of `place`."""
        return said_by_all(source, lambda node: self.part(place, node))

    def part(self, place: Place, node: Expr) -> Expr:
        """One part of an expression."""
        match node:
            case Ref(name) if self.is_unclear(name):
                return self.path_to(place, name) or node
            case Path(Path(None, True, (), begin), False, predicates, steps):
                *before, last = begin
                steps = (*before, Step(last.name, predicates), *steps)
                return Path(None, True, (), steps)
            case Call("jr:choice-name", (value, source)):
                return Call("jr:choice-name", (value, self.question(place, source)))
            case Call("pulldata", (Text(code), Text(wanted), Text(by), key)) if (
                code in self.lists
            ):
                found = Step("item", (Binary("=", _own(by), key),))
                return self.items(code, (Step("root"), found, *_own(wanted).steps))
            case Path(Call("instance", (Text(code),)), False, (), steps) if code in self.lists:
                return self.items(code, steps)
        return node

    def is_unclear(self, name: str) -> bool:
        """Whether others cannot tell which field `${name}` is."""
        return name.removeprefix(LAST_SAVED) in self.several or "/" in name

    def path_to(self, place: Place, name: str) -> Path | None:
        """The way from the root to the field that `${name}` means at `place`."""
        with suppress(ExpressionError):
            target = self.layout.named(name.removeprefix(LAST_SAVED), place)
            names = target.path.split("/")
            names = names[1:] if names[0] in self.loose else names
            return Path(None, True, (), tuple(map(Step, (self.root, *names))))
        return None

    def question(self, place: Place, source: Expr) -> Expr:
        """The question whose choices jr:choice-name() names, as a text."""
        match source:
            case Text(text) if text.strip().startswith("${"):
                path = self.part(place, Ref(text.strip().strip("${} ")))
                return Text(to_source(path)) if isinstance(path, Path) else source
            case Ref() | Path(None):
                return Text(to_source(source))
        return source

    def items(self, code: str, steps: tuple[Step, ...]) -> Path:
        """A way into a list of the workbook."""
        return Path(Call("instance", (Text(self.lists[code]),)), False, (), steps)


def _own(attribute: str) -> Path:
    """An attribute of a choice."""
    return Path(None, False, (), (Step(attribute),))


def several_names(spec: Json) -> set[str]:
    """Names that several rows of the workbook have."""
    loose = [section for section in spec.get("children", []) if section.get("loose")]
    counted = Counter(place.name for place in Layout(spec).places)
    counted.subtract(section["name"] for section in loose)
    return {name for name, count in counted.items() if count > 1}


def expressions_of(node: Node) -> Iterator[tuple[str, str]]:
    """The attributes of a node that hold expressions."""
    yield from expression_attributes(node)
    default = node.get("default", "")
    if isinstance(default, str) and is_dynamic_default(default):
        yield "default", default
