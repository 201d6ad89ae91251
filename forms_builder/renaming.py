"""Codes that get other names on their way into another form, and what speaks of them."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

Node = Mapping[str, Any]
_REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_LIST = re.compile(r"\b(instance|pulldata)\(\s*(['\"])([^'\"]+)\2")


def names_of(nodes: Sequence[Node]) -> Iterator[str]:
    """The codes of all nodes, parents before their children."""
    for node in nodes:
        yield node["name"]
        yield from names_of(node.get("children", ()))


def lists_of(value: Any) -> set[str]:
    """The lists that nodes choose from or look up."""
    if isinstance(value, str):
        return {found[3] for found in _LIST.finditer(value)}
    if isinstance(value, Mapping):
        own = {value["list"]} if isinstance(value.get("list"), str) else set()
        return own.union(*map(lists_of, value.values()))
    return set().union(*map(lists_of, value)) if isinstance(value, list | tuple) else set()


def free(name: str, taken: Collection[str]) -> str:
    """`name`, with a number behind it when it is taken."""
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def renamed(
    nodes: Sequence[Node], taken: set[str], lists: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Copies of `nodes` whose codes are free; they are then `taken`.

    Expressions and labels go on speaking of the copies, not of what has the old code in the
    other form. `lists` says which lists are called otherwise there.
    """
    old = list(names_of(nodes))
    new = []
    for name in old:
        new.append(free(name, taken))
        taken.add(new[-1])
    once = {name for name, count in Counter(old).items() if count == 1}
    said = {a: b for a, b in zip(old, new, strict=True) if a in once and a != b}
    codes = iter(new)
    return [_copy(node, codes, said, lists) for node in nodes]


def _copy(
    node: Node, codes: Iterator[str], said: Mapping[str, str], lists: Mapping[str, str]
) -> dict[str, Any]:
    name = next(codes)
    copy: dict[str, Any] = {key: _retold(item, said, lists) for key, item in node.items()}
    copy["name"] = name
    if node.get("list") in lists:
        copy["list"] = lists[node["list"]]
    if "children" in node:
        copy["children"] = [_copy(child, codes, said, lists) for child in node["children"]]
    return copy


def _retold(value: Any, said: Mapping[str, str], lists: Mapping[str, str]) -> Any:
    """`value` with other names in every text that speaks of fields or lists."""
    if isinstance(value, str):
        return _LIST.sub(_other_list(lists), _REFERENCE.sub(_other_name(said), value))
    if isinstance(value, Mapping):
        return {key: _retold(item, said, lists) for key, item in value.items()}
    return value


def _other_name(said: Mapping[str, str]) -> Any:
    def other(found: re.Match[str]) -> str:
        path = [said.get(step, step) for step in found[1].split("/")]
        return "${" + "/".join(path) + "}"

    return other


def _other_list(lists: Mapping[str, str]) -> Any:
    def other(found: re.Match[str]) -> str:
        return f"{found[1]}({found[2]}{lists.get(found[3], found[3])}{found[2]}"

    return other
