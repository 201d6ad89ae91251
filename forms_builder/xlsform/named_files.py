"""The names of lists that a form reads although they stand in no sheet of the workbook."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# pulldata() reads a file of that name; instance() what a row of the survey names.
_PULLED = re.compile(r"\bpulldata\(\s*(['\"])(?!@)(.*?)\1")
_INSTANCE = re.compile(r"\binstance\(\s*(['\"])(.*?)\1\s*\)\s*/\s*root\s*/\s*item\b")


def named_files(nodes: Iterable[Mapping[str, Any]], files: Iterable[str]) -> list[str]:
    """Lists that lie in files: rows name them (`files`), selects and pulldata() read them."""
    names = dict.fromkeys(files)
    for node in nodes:
        if node.get("list_source", "external") != "external":
            names[node["list"]] = None
        names.update(dict.fromkeys(match[2] for match in found(_PULLED, node)))
        names.update(dict.fromkeys(match[2] for match in found(_INSTANCE, late(node))))
    return list(names)


def late(node: Mapping[str, Any]) -> dict[str, Any]:
    """The expressions of a node that nobody works out before there is an answer; other tools
    open the form even where they read what is not there."""
    keys = ("constraint", "calculation") if is_triggered(node) else ("constraint",)
    return {key: node[key] for key in keys if key in node}


def is_triggered(node: Mapping[str, Any]) -> bool:
    """Whether a calculation waits for another answer to change."""
    return any(key.casefold() == "trigger" for key in node.get("other", {}))


def instances(nodes: Iterable[Mapping[str, Any]]) -> set[str]:
    """The lists that expressions read by instance()."""
    return {match[2] for node in nodes for match in found(_INSTANCE, node)}


def found(pattern: re.Pattern[str], node: Mapping[str, Any]) -> Iterator[re.Match[str]]:
    """Where the texts of a node match."""
    for text in node.values():
        if isinstance(text, str):
            yield from pattern.finditer(text)
