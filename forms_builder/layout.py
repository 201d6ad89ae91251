"""Names and paths of expressions resolved to the nodes of a form."""

import difflib
import heapq
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from forms_builder.expressions import ExpressionError
from forms_builder.expressions.flat import list_items
from forms_builder.expressions.nodes import (
    Attribute,
    Binary,
    Call,
    Chain,
    Expr,
    Field,
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
from forms_builder.schema import Place, Spec, places

ROOT = Place({"kind": "form", "name": ""}, "", "", (), "")
LAST_SAVED = "last-saved#"


class Unresolved(ExpressionError):
    """A name leads nowhere or to several places; `code` is the problem's code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Layout:
    """The nodes of one form, by path and by name."""

    def __init__(self, spec: Spec) -> None:
        self.places = places(spec)
        self.by_path = {place.path: place for place in self.places}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        self.children: dict[str, list[Place]] = defaultdict(list)
        self._pairs_of: dict[str, frozenset[str]] = {}
        for place in self.places:
            self.by_name[place.name].append(place)
            self.children[place.parent].append(place)

    def parent(self, place: Place) -> Place:
        """The node around `place`; the form itself at the top."""
        return self.by_path.get(place.parent, ROOT)

    def named(self, name: str, seen_from: Place) -> Place:
        """The node that `${name}` means. Raises Unresolved.

        A name that stands several times means the nearest: in this repeat, in the repeats
        around it, elsewhere; among those, the one that shares most groups.
        """
        found = self._candidates(name)
        if not found:
            raise self._unknown(name)
        if len(found) == 1:
            return found[0]
        ranked = sorted(found, key=lambda place: _nearness(place, seen_from), reverse=True)
        if _nearness(ranked[0], seen_from) == _nearness(ranked[1], seen_from):
            message = _(
                "Several fields are called “%(name)s”. Write the path of the right one."
            )
            raise Unresolved("ambiguous_field", message % {"name": name})
        return ranked[0]

    def _candidates(self, name: str) -> list[Place]:
        if "/" not in name:
            return self.by_name.get(name, [])
        last = name.rsplit("/", 1)[1]
        ending = f"/{name}"
        return [
            place for place in self.by_name.get(last, []) if f"/{place.path}".endswith(ending)
        ]

    def _unknown(self, name: str) -> Unresolved:
        near = difflib.get_close_matches(name, self._alike(name), n=1, cutoff=0.5)
        if near:
            message = _("There is no field “%(name)s”. Do you mean “%(near)s”?")
            return Unresolved("unknown_field", message % {"name": name, "near": near[0]})
        message = _("There is no field “%(name)s”.")
        return Unresolved("unknown_field", message % {"name": name})

    def _alike(self, name: str) -> list[str]:
        """The names that share most pairs of letters with `name`: difflib alone would take
        minutes for a form that asks for a thousand names which it has not."""
        wanted = _pairs(name)
        return heapq.nlargest(5, self.by_name, key=lambda one: len(wanted & self._letters(one)))

    def _letters(self, name: str) -> frozenset[str]:
        if name not in self._pairs_of:
            self._pairs_of[name] = _pairs(name)
        return self._pairs_of[name]

    def child(self, parent: Place, name: str) -> Place:
        """The node `name` directly inside `parent`. Raises Unresolved.

        Sections are transparent: workbooks have none, so their paths skip them.
        """
        for place in self.children[parent.path]:
            if place.name == name:
                return place
        if parent.kind in ("form", "section"):
            for section in self.children[""]:
                for place in self.children[section.path]:
                    if place.name == name:
                        return place
            for place in self.children[""]:
                if place.name == name:
                    return place
        raise self._unknown(name)


def _pairs(name: str) -> frozenset[str]:
    """The pairs of neighbouring letters, the ends included."""
    return frozenset(a + b for a, b in pairwise(f" {name} "))


def _nearness(place: Place, seen_from: Place) -> tuple[int, int, int]:
    """Greater is nearer."""
    shared = _common(place.chain, seen_from.chain)
    same_scope = shared - (len(place.chain) - shared) * 100
    groups = _common(place.path.split("/")[:-1], seen_from.path.split("/")[:-1])
    return (same_scope, int(place.kind == "question"), groups)


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many leading entries are the same."""
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


class Resolver:
    """Resolves the names of one expression of the node `home`.

    A predicate over list choices has `item` "list"; one over repeat rows has the repeat.
    """

    def __init__(self, layout: Layout, home: Place, item: "Place | str | None" = None) -> None:
        self.layout = layout
        self.home = home
        self.item = item

    def resolve(self, tree: Expr) -> Expr:
        """`tree` with every name and path replaced by its place. Raises ExpressionError."""
        match tree:
            case Ref(name):
                return self._ref(name)
            case Path():
                return self._path(tree)
            case Call():
                return self._call(tree)
            case Binary(operator, left, right):
                return Binary(operator, self.resolve(left), self.resolve(right))
            case Chain(operator, operands):
                return Chain(operator, self._all(operands))
            case Negate(operand):
                return Negate(self.resolve(operand))
            case _:
                return tree

    def _all(self, trees: Sequence[Expr]) -> tuple[Expr, ...]:
        return tuple(self.resolve(tree) for tree in trees)

    def _ref(self, name: str) -> Expr:
        if name.startswith(LAST_SAVED):
            self.layout.named(name.removeprefix(LAST_SAVED), self.home)
            return Text("")  # nothing is kept from the form that was filled before
        return self.field(self.layout.named(name, self.home))

    def field(self, target: Place, bound: int | None = None) -> Field:
        """The value of `target`; the rows of `bound` outer repeats are those of `home`."""
        if bound is None:
            bound = _common(target.chain, self.home.chain)
        through = target.chain[bound:]
        if target.kind == "repeat":
            through = (*through, target.path)
        return Field(target.path, len(self.home.chain) - bound, through)

    # Calls that need their place

    def _call(self, call: Call) -> Expr:
        match call:
            case Call("position", (Path(None, False, (), steps),)):
                return self._row_number(steps)
            case Call("indexed-repeat", (Ref(name), *pairs)):
                return self._indexed(self.layout.named(name, self.home), pairs)
            case Call("indexed-repeat", (Path() as path, *pairs)):
                return self._indexed(self._target(path), pairs)
            case Call("once", (value,)):
                return Call("once", (self.field(self.home), self.resolve(value)))
            case Call("jr:choice-name", (value, source)):
                return Call("jr:choice-name", (self.resolve(value), self._list_of(source)))
            case Call("current", ()):
                return self.field(self.home)
            case Call("instance", _):
                raise Unresolved("bad_path", _("Write instance('list')/root/item[...]/label."))
        return Call(call.name, self._all(call.arguments))

    def _row_number(self, steps: Sequence[Step]) -> Expr:
        place = self.home
        for step in steps:
            if step.name != "..":
                raise _bad_path()
            place = self.layout.parent(place)
        if place.kind != "repeat" or place.path not in self.home.chain:
            return Number(1.0)  # a group stands once in its row
        return Position(len(self.home.chain) - 1 - self.home.chain.index(place.path))

    def _indexed(self, target: Place, pairs: Sequence[Expr]) -> Expr:
        """indexed-repeat(${x}, ${repeat}, number, ...) as rows chosen by their number."""
        if len(pairs) % 2 or not pairs:
            message = _("Write indexed-repeat(${field}, ${repeat}, number).")
            raise Unresolved("arity", message)
        wanted = {
            self._target(repeat).path: Call("number", (self.resolve(number),))
            for repeat, number in zip(pairs[0::2], pairs[1::2], strict=True)
        }
        chain = (*target.chain, target.path) if target.kind == "repeat" else target.chain
        if not set(wanted) <= set(chain):
            message = _("“%(field)s” is not inside that repeat.")
            raise Unresolved("bad_path", message % {"field": target.name})
        first = min(chain.index(path) for path in wanted)
        bound = min(_common(chain, self.home.chain), first)
        levels = tuple(
            Level(path, (wanted[path],) if path in wanted else ()) for path in chain[bound:]
        )
        return Rows(target.path, len(self.home.chain) - bound, levels)

    def _list_of(self, source: Expr) -> Expr:
        """The list of the question that jr:choice-name(value, '${question}') names."""
        match source:
            case Text(text) if text.strip().startswith("${"):
                target = self.layout.named(text.strip().strip("${} "), self.home)
            case Text(text):
                target = self.layout.named(text.strip().rsplit("/", 1)[-1], self.home)
            case Ref(name):
                target = self.layout.named(name, self.home)
            case Path():
                target = self._target(source)
            case _:
                raise _bad_path()
        return Text(target.node.get("list", ""))

    # Paths

    def _target(self, tree: Expr) -> Place:
        """The node that a name or a path without predicates leads to."""
        match tree:
            case Ref(name):
                return self.layout.named(name, self.home)
            case Path(None, absolute, (), steps):
                return self._walk(ROOT if absolute else self.home, steps, absolute)[0]
        raise _bad_path()

    def _path(self, path: Path) -> Expr:
        match path.base:
            case Call("instance", (source,)):
                return self._instance(path, source)
            case None if path.absolute:
                return self._from(ROOT, path.steps, absolute=True)
            case None if self.item == "list":
                return self._attribute(path.steps)
            case None if isinstance(self.item, Place):
                return self._item_field(self.item, path.steps)
            case None | Call("current", ()):
                return self._from(self.home, path.steps)
            case Ref(name):
                return self._from_ref(self.layout.named(name, self.home), path)
        raise _bad_path()

    def _instance(self, path: Path, source: Expr) -> Items:
        inner = Resolver(self.layout, self.home, "list")
        code = self.resolve(source)
        try:
            return list_items(path, code, inner.resolve)
        except Unresolved:
            raise
        except ExpressionError:
            message = _("Write instance('list')/root/item[...]/label.")
            raise Unresolved("bad_path", message) from None

    def _attribute(self, steps: Sequence[Step]) -> Expr:
        named = [step for step in steps if step.name != "."]
        if not named:
            return Attribute("name")
        if len(named) != 1 or named[0].name in ("..", "*") or named[0].predicates:
            raise _bad_path()
        return Attribute(named[0].name)

    def _item_field(self, item: Place, steps: Sequence[Step]) -> Expr:
        target, _top, levels = self._walk(item, steps, absolute=False)
        if levels or (target is not item and item.path not in target.chain):
            raise _bad_path()
        through = target.chain[len(item.chain) + 1 :]
        return ItemField(target.path, through)

    def _from_ref(self, start: Place, path: Path) -> Expr:
        steps = (Step(".", path.predicates), *path.steps) if path.predicates else path.steps
        target, _top, levels = self._walk(start, steps, absolute=False)
        return self._placed(target, _common(target.chain, self.home.chain), levels)

    def _from(self, start: Place, steps: Sequence[Step], *, absolute: bool = False) -> Expr:
        target, top, levels = self._walk(start, steps, absolute)
        shared = _common(target.chain, self.home.chain)
        # `../../repeat/x` goes out of the row, so it means every row again.
        inside = (*top.chain, top.path) if top.kind == "repeat" else top.chain
        bound = shared if absolute else min(shared, len(inside))
        return self._placed(target, bound, levels)

    def _placed(self, target: Place, bound: int, levels: dict[str, tuple[Expr, ...]]) -> Expr:
        if not levels:
            return self.field(target, bound)
        chain = (*target.chain, target.path) if target.kind == "repeat" else target.chain
        bound = min(bound, *(chain.index(path) for path in levels))
        rows = tuple(Level(path, levels.get(path, ())) for path in chain[bound:])
        return Rows(target.path, len(self.home.chain) - bound, rows)

    def _walk(
        self, start: Place, steps: Sequence[Step], absolute: bool
    ) -> tuple[Place, Place, dict[str, tuple[Expr, ...]]]:
        """Where `steps` lead, the outermost node on the way, predicates by repeat."""
        place, top = start, start
        levels: dict[str, tuple[Expr, ...]] = {}
        for index, step in enumerate(steps):
            place = self._step(place, step, first=absolute and index == 0)
            top = place if len(place.path) < len(top.path) else top
            if step.predicates:
                if place.kind != "repeat":
                    raise _bad_path()
                inner = Resolver(self.layout, self.home, place)
                levels[place.path] = tuple(inner.resolve(part) for part in step.predicates)
        return place, top, levels

    def _step(self, place: Place, step: Step, *, first: bool) -> Place:
        if step.name == ".":
            return place
        if step.name == "..":
            return self.layout.parent(place)
        if step.name == "*" or step.name.startswith("@"):
            raise _bad_path()
        if first and not any(child.name == step.name for child in self.layout.children[""]):
            return ROOT  # the root element of the XForm has the form's own name
        return self.layout.child(place, step.name)


def _bad_path() -> Unresolved:
    return Unresolved("bad_path", _("This path cannot be followed. Write ${field} instead."))
