"""Walking a form spec for the page: what is drawn, what is typed, under which key."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms_builder.schema import METADATA, Place, is_yes, places

Node = Mapping[str, Any]
# The places of a form by the `id` of their nodes; valid while the spec is held.
Places = Mapping[int, Place]

UNSEEN_TYPES = METADATA | {"hidden", "csv-external", "xml-external"}


def places_of(spec: Any) -> dict[int, Place]:
    """Where each node of `spec` stands and under which key it is answered."""
    return {id(place.node): place for place in places(spec)}


def scope_answers(children: Sequence[Node], found: Places) -> Iterator[Place]:
    """Questions and repeats below `children`, not those inside a repeat."""
    for node in children:
        if node["kind"] in ("section", "group"):
            yield from scope_answers(node.get("children", ()), found)
        else:
            yield found[id(node)]


def sections(spec: Node) -> list[Node]:
    """The sections of a form, in order."""
    return [node for node in spec.get("children", ()) if node["kind"] == "section"]


def section_named(spec: Node, name: str) -> Node:
    """The section `name`. Raises KeyError."""
    for node in sections(spec):
        if node["name"] == name:
            return node
    raise KeyError(name)


def is_typed(place: Place) -> bool:
    """Whether a person gives the answer (calculated and read-only ones are computed)."""
    if place.kind != "question" or place.is_computed:
        return False
    return place.type != "note" and place.type not in UNSEEN_TYPES


def has_other(node: Node) -> bool:
    """Whether the question takes another answer than those of its list, as text."""
    return is_yes(node.get("or_other"))


def is_unseen(node: Node) -> bool:
    """Whether the author hides the node from sight (appearance `hidden`).

    What must be answered is shown nevertheless: nobody could go on otherwise.
    """
    if "hidden" not in str(node.get("appearance", "")).split():
        return False
    return not _asks_by_force(node)


def _asks_by_force(node: Node) -> bool:
    return bool(node.get("required")) or any(map(_asks_by_force, node.get("children", ())))


def parents_of(node: Node) -> dict[int, Node]:
    """The node around each node below `node`, by the id of the inner one."""
    found: dict[int, Node] = {}
    for child in node.get("children", ()):
        found[id(child)] = node
        found |= parents_of(child)
    return found


def answer_keys(place: Place) -> tuple[str, ...]:
    """The keys under which the answers of a question stand: its own, and its "other" text."""
    return (place.key, f"{place.key}_other") if has_other(place.node) else (place.key,)


def key_sections(spec: Node) -> dict[str, str]:
    """The section in which each answer of the outermost scope is given, by its key."""
    found = places_of(spec)
    return {
        key: section["name"]
        for section in sections(spec)
        for place in scope_answers(section.get("children", ()), found)
        for key in answer_keys(place)
    }


def top_key(path: str) -> str:
    """The key that leads to `path`: "members" of "members[0]/fin"."""
    return path.partition("[")[0]
