"""Walking a form's questions and a submission's answers side by side. Plain Python."""

import math
import re
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms_builder.rendering.structure import has_other
from forms_builder.schema import Place, places
from registry.kinds import DEFAULT_SENSITIVITY, RANKS

Json = dict[str, Any]
_WORD = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True)
class Item:
    """A question or repeat: the `key` of its answer in its scope, its sensitivity's rank.

    `rank` counts the sections, groups and repeats around it, and for a calculation that says
    nothing of itself what it is calculated from; `inner` are the questions and
    repeats of one row of a repeat; `section` is the section it stands in.
    """

    key: str
    node: Mapping[str, Any]
    rank: int
    section: Mapping[str, Any]
    inner: "tuple[Item, ...]" = ()
    is_in_repeat: bool = False

    @cached_property
    def name(self) -> str:
        """The attribute of the register that the answer goes to, or the question's name."""
        return str(self.node.get("save_to", self.node["name"]))

    @cached_property
    def other(self) -> str:
        """The key of the words beside an answer that is not in the list; "" for none."""
        return f"{self.key}_other" if has_other(self.node) else ""

    @cached_property
    def is_repeat(self) -> bool:
        """Whether the answer is a list of rows."""
        return bool(self.node["kind"] == "repeat")


# Specs of published versions live as long as the process, so their items are kept with them.
_KEPT = 200
_kept: "OrderedDict[int, tuple[Mapping[str, Any], tuple[Item, ...]]]" = OrderedDict()


def items_of(spec: Mapping[str, Any]) -> tuple[Item, ...]:
    """Questions and repeats of the form's outermost scope, in order; `spec` must not change."""
    kept = _kept.get(id(spec))
    if kept is None:
        kept = _kept[id(spec)] = (spec, _items(spec))
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return kept[1]


def _items(spec: Mapping[str, Any]) -> tuple[Item, ...]:
    found = places(spec)
    ranks: dict[str, int] = {"": RANKS["public"]}
    scopes: dict[str, list[Place]] = defaultdict(list)
    for place in found:
        ranks[place.path] = max(ranks[place.parent], _rank(place.node))
        if place.kind in ("question", "repeat"):
            scopes[place.repeat].append(place)
    _inherit(found, ranks)
    sections = {place.path: place.node for place in found if place.kind == "section"}

    def items(scope: str) -> tuple[Item, ...]:
        return tuple(
            Item(
                place.key,
                place.node,
                ranks[place.path],
                sections.get(place.path.split("/")[0], {}),
                items(place.path) if place.kind == "repeat" else (),
                is_in_repeat=bool(scope),
            )
            for place in scopes[scope]
        )

    return items("")


def _inherit(found: Sequence[Place], ranks: dict[str, int]) -> None:
    """Make a calculation as protected as the most protected answer that it reads.

    A total of hidden answers would tell them. Where the form's author says how protected the
    result is, that holds. Every word counts that is the name of a question.
    """
    by_name: dict[str, list[str]] = defaultdict(list)
    for place in found:
        by_name[place.name].append(place.path)
    reads = {
        place.path: [
            path
            for word in _WORD.findall(place.node["calculation"])
            for path in by_name.get(word, ())
        ]
        for place in found
        if place.node.get("calculation") and "sensitivity" not in place.node
    }
    is_settled = False
    while not is_settled:  # ranks only rise, and there are few
        is_settled = True
        for path, sources in reads.items():
            rank = max((ranks[source] for source in sources), default=0)
            if rank > ranks[path]:
                ranks[path], is_settled = rank, False


def _rank(node: Mapping[str, Any]) -> int:
    """A question that says nothing is internal; a section or group adds nothing then."""
    default = DEFAULT_SENSITIVITY if node["kind"] == "question" else "public"
    return RANKS[node.get("sensitivity", default)]


def storable(value: Any) -> Any:
    """`value` as PostgreSQL's jsonb gives it back, so that hashes agree.

    Whole floats become integers; raises ValueError for NaN, infinity, a NUL character and
    numbers too large to be exact.
    """
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL character")
        return value
    if isinstance(value, float):
        return _storable_number(value)
    if isinstance(value, Mapping):
        return {key: storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value


def _storable_number(value: float) -> int | float:
    if not math.isfinite(value) or abs(value) > 2**53:
        raise ValueError("number out of range")
    return int(value) if value == int(value) else value
