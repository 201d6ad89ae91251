"""Walking a form spec: which key a question is answered under, and who its parents are."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]
CONTAINERS = ("section", "group")
# Types that have no place on the page.
UNSEEN_TYPES = frozenset(
    {
        "hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "audit",
        "email_metadata", "simserial", "subscriberid", "start-geopoint", "background-audio",
        "background-geopoint", "xml-external", "csv-external",
    }
)  # fmt: skip
# Types that nobody types an answer into.
SILENT_TYPES = UNSEEN_TYPES | {"note", "calculate"}


@dataclass(frozen=True)
class Question:
    """A question or repeat of one scope; `key` is its name in the answers map."""

    node: Node
    key: str


def scope_keys(children: Sequence[Node]) -> dict[int, str]:
    """The key of every question and repeat of one repeat scope, by the `id` of its node.

    A name that stands twice in the scope is answered under its path ("group/name").
    """
    found = list(_scope(children, ()))
    names = Counter(node["name"] for node, _ in found if node["kind"] == "question")
    return {
        id(node): "/".join((*path, node["name"])) if names[node["name"]] > 1 else node["name"]
        for node, path in found
    }


def _scope(
    children: Sequence[Node], path: tuple[str, ...]
) -> Iterator[tuple[Node, tuple[str, ...]]]:
    for node in children:
        if node["kind"] in CONTAINERS:
            yield from _scope(node.get("children", ()), (*path, node["name"]))
        else:
            yield node, path


def scope_questions(children: Sequence[Node], keys: Mapping[int, str]) -> Iterator[Question]:
    """Questions and repeats below `children`, not those inside a repeat."""
    for node in children:
        if node["kind"] in CONTAINERS:
            yield from scope_questions(node.get("children", ()), keys)
        else:
            yield Question(node, keys[id(node)])


def sections(spec: Node) -> list[Node]:
    """The sections of a form, in order."""
    return [node for node in spec.get("children", ()) if node["kind"] == "section"]


def section_named(spec: Node, name: str) -> Node:
    """The section `name`. Raises KeyError."""
    for node in sections(spec):
        if node["name"] == name:
            return node
    raise KeyError(name)


def is_typed(node: Node) -> bool:
    """Whether a person gives the answer (calculated and read-only ones are computed)."""
    if node["kind"] != "question" or node.get("read_only"):
        return False
    return node.get("type") not in SILENT_TYPES and "calculation" not in node
