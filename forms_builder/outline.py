"""A form's spec as the flat rows of the editor, and back.

The editor keeps sections of rows: question, begin_group, begin_repeat, end (any depth,
shown indented). A row holds code, labels in az and en, type, required; everything else
of a node lies untouched in its `settings`, so nothing that a workbook brought is lost.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

SETTINGS_SCHEMA = 1
_NAMESPACE = uuid.UUID("6c1d6a5e-2f0b-4a77-9a4c-0b7f4b1d9e55")
_ROW_KEYS = {"kind", "name", "labels", "type", "children"}

Row = dict[str, Any]
Node = dict[str, Any]


def rows_from_spec(spec: Mapping[str, Any]) -> list[Row]:
    """The `sections` of the editor, as StreamField JSON. Block ids depend on names only."""
    code = spec.get("code", "")
    return [_section_row(node, code) for node in spec.get("children", [])]


def children_from_rows(sections: Iterable[Mapping[str, Any]]) -> list[Node]:
    """The `children` of a spec from StreamField JSON; unbalanced groups are closed."""
    return [_section_node(row["value"]) for row in sections]


def walk(nodes: Sequence[Mapping[str, Any]], parent: str = "") -> Iterator[tuple[str, Node]]:
    """Every node with its path, parents before their children."""
    for node in nodes:
        path = f"{parent}/{node['name']}" if parent else node["name"]
        yield path, dict(node)
        yield from walk(node.get("children", ()), path)


def tidy(value: Mapping[str, Any]) -> dict[str, Any]:
    """`value` without what means default: empty text, lists, maps, None and False."""
    return {key: item for key, item in value.items() if not _is_empty(item)}


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _section_row(node: Node, place: str) -> Row:
    place = f"{place}/{node['name']}"
    value = _row_value(node)
    if "required" in node:
        value["settings"]["required"] = node["required"]
    value["fields"] = list(_rows(node.get("children", []), place))
    return _row("section", value, place)


def _rows(nodes: Sequence[Node], place: str) -> Iterable[Row]:
    for node in nodes:
        here = f"{place}/{node['name']}"
        if node["kind"] == "question":
            yield _row("question", _question_value(node), here)
            continue
        yield _row(f"begin_{node['kind']}", _row_value(node), here)
        yield from _rows(node.get("children", []), here)
        yield _row("end", None, f"{here}/")


def _row(kind: str, value: Any, place: str) -> Row:
    return {"type": kind, "value": value, "id": str(uuid.uuid5(_NAMESPACE, place))}


def _row_value(node: Node) -> Row:
    labels = dict(node.get("labels", {}))
    settings = {key: value for key, value in node.items() if key not in _ROW_KEYS}
    value = {
        "code": node["name"],
        "label_az": labels.pop("az", ""),
        "label_en": labels.pop("en", ""),
        "settings": {"v": SETTINGS_SCHEMA, **settings},
    }
    if labels:
        value["settings"]["labels"] = labels
    return value


def _question_value(node: Node) -> Row:
    value = _row_value(node)
    value["type"] = node.get("type", "text")
    value["required"] = node.get("required") is True
    if value["required"]:
        del value["settings"]["required"]
    return value


def _section_node(value: Mapping[str, Any]) -> Node:
    node = _node("section", value)
    _fill(node, list(value.get("fields") or []))
    return node


def _fill(node: Node, rows: Sequence[Row]) -> None:
    """Give `node` the nodes that the flat `rows` describe."""
    open_nodes = [node]
    for row in rows:
        if row["type"] == "end":
            if len(open_nodes) > 1:
                open_nodes.pop()
            continue
        child = _node(row["type"].removeprefix("begin_"), row["value"])
        open_nodes[-1].setdefault("children", []).append(child)
        if child["kind"] != "question":
            open_nodes.append(child)


def _node(kind: str, value: Mapping[str, Any]) -> Node:
    settings = dict(value.get("settings") or {})
    settings.pop("v", None)
    labels = tidy(
        {
            "az": value.get("label_az"),
            "en": value.get("label_en"),
            **settings.pop("labels", {}),
        }
    )
    node: Node = {"kind": kind, "name": value.get("code") or "", "labels": labels, **settings}
    if kind == "question":
        node["type"] = value.get("type") or "text"
        if value.get("required") and "required" not in settings:
            node["required"] = True
    return {"name": "", **tidy(node)}
