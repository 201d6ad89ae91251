"""What changed between two versions of a form, question by question, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.shared.differences import Change, differences, in_words
from config.shared.labels import pick
from forms_builder.condition_words import FRAMES, Vocabulary, say_condition
from forms_builder.lookups import DatabaseLookups
from forms_builder.options import KIND_LABELS, OPTION_LABELS, TYPE_LABELS
from forms_builder.outline import walk

Spec = Mapping[str, Any]
Node = Mapping[str, Any]
_STRUCTURE = ("children", "name")


def form_differences(before: Spec, after: Spec) -> Iterator[Change]:
    """Added, removed, moved and changed nodes in the order of the newer version."""
    left, right = dict(walk(before.get("children", ()))), dict(walk(after.get("children", ())))
    choices = DatabaseLookups().choices
    old, new = Vocabulary(before, choices), Vocabulary(after, choices)
    for path, node in left.items():
        if path not in right:
            yield Change("removed", title(node), before=summary(node, old))
    for path, node in right.items():
        if path not in left:
            yield Change("added", title(node), after=summary(node, new))
        else:
            yield from _node_differences(left[path], node, old, new)
    yield from _moves(list(left), list(right), right)
    yield from differences(_others(before), _others(after))


def _node_differences(
    before: Node, after: Node, old_words: Vocabulary, new_words: Vocabulary
) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if key not in _STRUCTURE and old != new:
            place = f"{title(after)} › {OPTION_LABELS.get(key, key)}"
            kind = "added" if old is None else "removed" if new is None else "changed"
            yield Change(
                kind, place, _said(key, before, old_words), _said(key, after, new_words)
            )


def _moves(before: list[str], after: list[str], nodes: Mapping[str, Node]) -> Iterator[Change]:
    """Nodes that changed places with nodes that both versions have."""
    both = set(before) & set(after)
    old = [path for path in before if path in both]
    new = [path for path in after if path in both]
    place = {path: index for index, path in enumerate(old)}
    highest = -1
    for path in new:
        if place[path] < highest:
            yield Change("moved", title(nodes[path]))
        highest = max(highest, place[path])


def _others(spec: Spec) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key != "children"}


def title(node: Node) -> str:
    """A node in words: its kind, label and code."""
    kind = KIND_LABELS.get(node["kind"], node["kind"])
    label = pick(node.get("labels"))
    name = f"“{label}” ({node['name']})" if label else node["name"]
    return f"{kind} {name}"


def summary(node: Node, words: Vocabulary) -> str:
    """What a node asks, in one line."""
    kept = [key for key in node if key not in (*_STRUCTURE, "kind", "labels")]
    return "; ".join(
        f"{OPTION_LABELS.get(key, key)}: {_said(key, node, words)}" for key in kept
    )


def _said(key: str, node: Node, words: Vocabulary) -> str:
    value = node.get(key)
    if value is None:
        return ""
    if key == "type":
        return str(TYPE_LABELS.get(value, value))
    if key in FRAMES and isinstance(value, str):
        sentence = pick(say_condition(value, key, words, node["name"]))
        return f"{sentence} {value}" if sentence else value
    return in_words(value)
