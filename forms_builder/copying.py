"""Copying questions and sections from one form to another."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from config.accounts.actors import Actor
from forms_builder.models import FieldLibraryItem, FormDefinition
from forms_builder.outline import rows_from_spec
from forms_builder.renaming import free, lists_of, renamed
from forms_builder.schema import places
from forms_builder.services import save_definition_draft

Node = Mapping[str, Any]


def draft_spec(form: FormDefinition) -> dict[str, Any]:
    """The spec of the newest draft of `form`."""
    spec: dict[str, Any] = form.get_latest_revision_as_object().build_spec()
    return spec


def copy_nodes(
    *,
    source: FormDefinition,
    target: FormDefinition,
    paths: Collection[str],
    section: str,
    actor: Actor,
) -> int:
    """Append the nodes at `paths` to the target's draft; returns how many were copied.

    Questions and groups go to the end of `section` (the last one when it is not named);
    whole sections become sections. A code that is taken gets a number behind it. Lists of
    the source's own come along.
    """
    taken_from = draft_spec(source)
    nodes = list(_chosen(taken_from.get("children", ()), paths))
    return insert_nodes(
        target=target, nodes=nodes, origin=taken_from, section=section, actor=actor
    )


def insert_nodes(
    *, target: FormDefinition, nodes: Sequence[Node], origin: Node, section: str, actor: Actor
) -> int:
    """Append copies of `nodes` to the target's draft, with the lists of `origin`."""
    spec = draft_spec(target)
    codes = {place.name for place in places(spec)}
    lists = _bring_lists(origin, spec, nodes)
    for node in renamed(nodes, codes, lists):
        _append(spec, node, section)
    save_definition_draft(target.code, spec, actor)
    return len(nodes)


def save_to_library(
    *, source: FormDefinition, paths: Collection[str], labels: Mapping[str, str]
) -> FieldLibraryItem:
    """Keep copies of the nodes at `paths` in the library."""
    taken_from = draft_spec(source)
    nodes = list(_chosen(taken_from.get("children", ()), paths))
    sections = [node for node in nodes if node["kind"] == "section"]
    loose = [node for node in nodes if node["kind"] != "section"]
    if loose:
        sections.append({"kind": "section", "name": "questions", "children": loose})
    kept: dict[str, Any] = {}
    _bring_lists(taken_from, kept, sections)
    return FieldLibraryItem.objects.create(
        title_az=labels["az"],
        title_en=labels.get("en", ""),
        is_section=not loose,
        sections=json.dumps(rows_from_spec({"children": sections})),
        lists=kept.get("lists", {}),
    )


def _chosen(nodes: Sequence[Node], paths: Collection[str], parent: str = "") -> Iterator[Node]:
    """The nodes at `paths`; what is inside a chosen node comes with it."""
    for node in nodes:
        path = f"{parent}/{node['name']}" if parent else node["name"]
        if path in paths:
            yield node
        else:
            yield from _chosen(node.get("children", ()), paths, path)


def _append(spec: dict[str, Any], node: dict[str, Any], section: str) -> None:
    sections = spec.setdefault("children", [])
    if node["kind"] == "section":
        sections.append(node)
        return
    if not sections:
        sections.append({"kind": "section", "name": "section", "labels": {"az": "Bölmə"}})
    named = [one for one in sections if one["name"] == section]
    (named or sections)[-1].setdefault("children", []).append(node)


def _bring_lists(source: Node, target: dict[str, Any], nodes: Sequence[Node]) -> dict[str, str]:
    """Bring the source's own lists that `nodes` use; what they are called in the target.

    Where the target has another list under that code, the one that comes gets a number.
    """
    own, called = source.get("lists", {}), {}
    for code in sorted(lists_of(list(nodes)) & set(own)):
        there = target.setdefault("lists", {})
        same = (c for c in there if code in (c, _stem(c)) and there[c] == own[code])
        called[code] = next(same, None) or free(code, there)
        there[called[code]] = own[code]
    return called


def _stem(code: str) -> str:
    """`code` without the number that a list got on an earlier way."""
    return re.sub(r"_\d+$", "", code)
