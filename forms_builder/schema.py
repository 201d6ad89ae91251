"""The typed shape of a form spec (docs/architecture.md) and ways to walk it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from config.shared.problems import Problem

Spec = Mapping[str, Any]
Answers = Mapping[str, Any]


class Node(TypedDict, total=False):
    """A section, group, repeat or question; an absent entry means its default."""

    kind: str
    name: str
    labels: dict[str, str]
    hints: dict[str, str]
    guidance: dict[str, str]
    type: str
    list: str
    required: bool | str
    required_message: dict[str, str]
    relevant: str
    constraint: str
    constraint_message: dict[str, str]
    calculation: str
    choice_filter: str
    default: Any
    read_only: bool | str
    appearance: str
    repeat_count: str
    parameters: dict[str, Any]
    media: dict[str, Any]
    lookup: dict[str, str]
    or_other: bool
    sensitivity: str
    searchable: bool
    soft_required: bool
    save_to: str
    retired: bool
    for_staff: bool
    told: bool
    other: dict[str, Any]
    children: "list[Node]"


def texts_of(node: Mapping[str, object], attribute: str) -> Mapping[str, str]:
    """A node's labels, hints or messages by language; empty when it has none."""
    found = node.get(attribute)
    return found if isinstance(found, dict) else {}


KINDS = ("section", "group", "repeat", "question")
SELECT_ONE = frozenset({"select_one"})
SELECT_MANY = frozenset({"select_multiple", "rank"})
SELECTS = SELECT_ONE | SELECT_MANY
NUMBERS = frozenset({"integer", "decimal", "range"})
FILES = frozenset({"image", "audio", "video", "file", "background-audio"})
LINES = frozenset({"geotrace", "geoshape"})
POINTS = frozenset({"geopoint", "start-geopoint", "background-geopoint"})
METADATA = frozenset(
    {
        "start", "end", "today", "deviceid", "username", "phonenumber", "simserial",
        "subscriberid", "audit", "email", "start-geopoint", "background-audio",
        "background-geopoint", "email_metadata",
    }
)  # fmt: skip
TEXTS = frozenset({"text", "barcode", "hidden", "calculate"})
TYPES = (
    TEXTS
    | SELECTS
    | NUMBERS
    | FILES
    | LINES
    | POINTS
    | METADATA
    | {"date", "time", "dateTime", "note", "acknowledge", "csv-external", "xml-external"}
)
SENSITIVITIES = ("public", "internal", "personal", "sensitive", "safe_address")
NAME = re.compile(r"[^\W\d][\w.\-]*")
MAX_NESTING = 50


@dataclass(frozen=True, eq=False)
class Place:
    """Where a node stands.

    `path` is its node path ("section/group/name"), `key` the name of its answer inside
    its scope, `repeat` the path of the repeat it is in ("" outside), `chain` the paths of
    all repeats around it, outermost first. A node is retired with the groups around it.
    """

    node: Node
    path: str
    parent: str
    chain: tuple[str, ...]
    key: str
    is_retired: bool = False

    @property
    def kind(self) -> str:
        """section, group, repeat or question."""
        return self.node["kind"]

    @property
    def name(self) -> str:
        """The node's own name."""
        return self.node["name"]

    @property
    def type(self) -> str:
        """The question's type; "" for others."""
        return self.node.get("type", "text") if self.kind == "question" else ""

    @property
    def repeat(self) -> str:
        """The path of the repeat whose rows hold this node."""
        return self.chain[-1] if self.chain else ""

    @cached_property
    def is_computed(self) -> bool:
        """Whether nobody may type the answer, so that what clients send is ignored."""
        node = self.node
        return (
            "calculation" in node
            or self.type in ("calculate", "hidden")
            or node.get("read_only") in (True, "yes", "true()", "true")
        )


def places(spec: Spec) -> list[Place]:
    """Every node of the form in order, parents before their children."""
    return list(_scope(spec.get("children", ()), "", ()))


def _scope(nodes: Sequence[Node], parent: str, chain: tuple[str, ...]) -> Iterator[Place]:
    """The nodes of one repeat scope, each repeat followed by its own scope."""
    inside = list(_same_scope(nodes, parent, ()))
    keys = _keys(inside)
    retired: set[str] = set()
    for node, node_parent, trail in inside:
        path = f"{node_parent}/{node['name']}" if node_parent else node["name"]
        if node.get("retired") or node_parent in retired:
            retired.add(path)
        yield Place(node, path, node_parent, chain, keys["/".join(trail)], path in retired)
        if node["kind"] == "repeat":
            yield from _scope(node.get("children", ()), path, (*chain, path))


_Found = tuple[Node, str, tuple[str, ...]]


def _same_scope(nodes: Sequence[Node], parent: str, trail: tuple[str, ...]) -> Iterator[_Found]:
    for node in nodes:
        here = (*trail, node["name"])
        yield node, parent, here
        if node["kind"] in ("section", "group"):
            path = f"{parent}/{node['name']}" if parent else node["name"]
            yield from _same_scope(node.get("children", ()), path, here)


def _keys(found: Sequence[_Found]) -> dict[str, str]:
    """The key of each node of a scope by its trail in the scope.

    Questions and repeats give way only to one another; sections and groups, which have no
    answer but a relevance, give way to everything.
    """
    answered = Counter(node["name"] for node, _parent, _trail in found if _is_answered(node))
    every = Counter(node["name"] for node, _parent, _trail in found)
    keys = {}
    for node, _parent, trail in found:
        name, whole = node["name"], "/".join(trail)
        if (answered if _is_answered(node) else every)[name] == 1:
            keys[whole] = name
        else:
            # A section may be called like a question in it; the slash keeps them apart.
            keys[whole] = whole if len(trail) > 1 else f"{whole}/"
    return keys


def _is_answered(node: Node) -> bool:
    return node["kind"] in ("question", "repeat")


def questions(spec: Spec) -> list[Place]:
    """Every question of the form in order."""
    return [place for place in places(spec) if place.kind == "question"]


def expression_attributes(node: Node) -> Iterator[tuple[str, str]]:
    """The (attribute, source) pairs of a node's expressions, labels left out."""
    for name in ("relevant", "constraint", "calculation", "choice_filter", "repeat_count"):
        source = node.get(name)
        if isinstance(source, str) and source.strip():
            yield name, source
    for name in ("required", "read_only"):
        source = node.get(name)
        if isinstance(source, str) and source.strip().lower() not in YES_NO:
            yield name, source


# What people write in XLSForm's yes/no columns; anything else there is an expression.
YES_NO = {
    "yes": True,
    "true": True,
    "true()": True,
    "no": False,
    "false": False,
    "false()": False,
}


def is_yes(value: Any) -> bool:
    """Whether a yes/no attribute plainly says yes."""
    return value is True or (
        isinstance(value, str) and YES_NO.get(value.strip().lower(), False)
    )


def validate_shape(spec: Spec) -> list[Problem]:
    """What is wrong with the structure: kinds, names, types, lists, nesting.

    Empty means that the functions of this module and the compiler may read `spec`.
    """
    if not isinstance(spec, Mapping) or not isinstance(spec.get("children", []), list):
        return [Problem("shape", _("A form is a list of sections."), "children")]
    problems = list(_list_problems(spec.get("lists", {})))
    problems += _children_problems(spec.get("children", []), "", 0)
    return problems


def _list_problems(lists: Any) -> Iterator[Problem]:
    if not isinstance(lists, Mapping):
        yield Problem("shape", _("The form's own lists are a table by code."), "lists")
        return
    for code, rows in lists.items():
        named = isinstance(rows, list) and all(
            isinstance(row, Mapping) and isinstance(row.get("name"), str) for row in rows
        )
        if not named:
            yield Problem("shape", _("Every value of a list needs a name."), f"lists/{code}")


def _children_problems(children: Any, parent: str, depth: int) -> list[Problem]:
    if not isinstance(children, list):
        return [Problem("shape", _("The content must be a list."), parent)]
    if depth > MAX_NESTING:
        return [Problem("too_deep", _("Groups are nested too deeply. Flatten them."), parent)]
    problems = []
    for index, node in enumerate(children):
        problems += _node_problems(node, parent, index, depth)
    return problems + _duplicates(children, parent)


def _node_problems(node: Any, parent: str, index: int, depth: int) -> list[Problem]:
    place = f"{parent}/{index}" if parent else str(index)
    if not isinstance(node, Mapping) or node.get("kind") not in KINDS:
        message = _("This is not a section, group, repeat or question.")
        return [Problem("shape", message, place)]
    name = node.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        message = _("Use letters, digits, _, - and . for the name; begin with a letter.")
        return [Problem("name", message, place)]
    path = f"{parent}/{name}" if parent else name
    problems = list(_entry_problems(node, path, depth))
    if node["kind"] != "question":
        problems += _children_problems(node.get("children", []), path, depth + 1)
    return problems


def _entry_problems(node: Mapping[str, Any], path: str, depth: int) -> Iterator[Problem]:
    if (node["kind"] == "section") != (depth == 0):
        yield Problem("shape", _("Sections stand at the top of a form, and only there."), path)
    for attribute in ("relevant", "constraint", "calculation", "choice_filter", "repeat_count"):
        if not isinstance(node.get(attribute, ""), str):
            message = _("An expression must be text.")
            yield Problem("shape", message, f"{path}#{attribute}")
    if node["kind"] != "question":
        return
    kind = node.get("type", "text")
    if kind not in TYPES:
        message = _("There is no question type “%(type)s”. Choose another.")
        yield Problem("unknown_type", message % {"type": kind}, f"{path}#type")
    elif kind in SELECTS and not isinstance(node.get("list"), str):
        yield Problem("no_list", _("Choose the list of values."), f"{path}#list")
    if node.get("sensitivity", "internal") not in SENSITIVITIES:
        yield Problem(
            "sensitivity", _("Choose one of the sensitivities."), f"{path}#sensitivity"
        )


def _duplicates(children: Iterable[Any], parent: str) -> list[Problem]:
    names = Counter(
        node["name"]
        for node in children
        if isinstance(node, Mapping) and isinstance(node.get("name"), str)
    )
    message = _("The name “%(name)s” stands twice here. Rename one of them.")
    return [
        Problem("duplicate_name", message % {"name": name}, f"{parent}/{name}".lstrip("/"))
        for name, count in names.items()
        if count > 1
    ]
