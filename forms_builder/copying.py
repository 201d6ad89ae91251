"""Copying questions and sections from one form to another."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from config.accounts.actors import Actor
from forms_builder.models import FieldLibraryItem, FormDefinition
from forms_builder.outline import rows_from_spec
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
    for node in nodes:
        _append(spec, _renamed(node, codes), section)
    _bring_lists(origin, spec, nodes)
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


def _renamed(node: Node, codes: set[str]) -> dict[str, Any]:
    """A copy of `node` whose codes are free in the target; they are then taken."""
    copy = {**node, "name": _free(node["name"], codes)}
    codes.add(copy["name"])
    if "children" in node:
        copy["children"] = [_renamed(child, codes) for child in node["children"]]
    return copy


def _free(name: str, codes: Collection[str]) -> str:
    number, free = 2, name
    while free in codes:
        free, number = f"{name}_{number}", number + 1
    return free


def _append(spec: dict[str, Any], node: dict[str, Any], section: str) -> None:
    sections = spec.setdefault("children", [])
    if node["kind"] == "section":
        sections.append(node)
        return
    if not sections:
        sections.append({"kind": "section", "name": "section", "labels": {"az": "Bölmə"}})
    named = [one for one in sections if one["name"] == section]
    (named or sections)[-1].setdefault("children", []).append(node)


def _bring_lists(source: Node, target: dict[str, Any], nodes: Sequence[Node]) -> None:
    own = source.get("lists", {})
    used = {place.node.get("list") for place in places({"children": nodes})}
    for code in used & set(own):
        target.setdefault("lists", {}).setdefault(code, own[code])
