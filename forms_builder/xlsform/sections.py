"""A spec's top level holds sections; a workbook's holds anything."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from forms_builder.xlsform.survey_tree import Node, Survey, walk


def as_sections(
    survey: Survey, known: Sequence[tuple[int, Node]], title: dict[str, str]
) -> list[Node]:
    """Groups become sections; the rows between them are collected in loose sections.

    `known` describes the loose sections of a workbook that we wrote; others are named
    part_1, part_2 ... and carry the form's title.
    """
    maker = LooseSections(known, {node["name"] for node in walk(survey.nodes)}, title)
    sections: list[Node] = []
    for is_group, nodes in groupby(survey.nodes, key=lambda node: node["kind"] == "group"):
        if is_group:
            sections.extend(as_section(survey, node) for node in nodes)
        else:
            sections.extend(maker.collect(list(nodes)))
    return sections


def as_section(survey: Survey, group: Node) -> Node:
    """A group at the top as a section, still known by its row."""
    section = {**group, "kind": "section"}
    survey.rows[id(section)] = survey.rows[id(group)]
    return section


class LooseSections:
    """Makes sections for rows that stand in no group."""

    def __init__(
        self, known: Sequence[tuple[int, Node]], taken: set[str], title: dict[str, str]
    ) -> None:
        self.known, self.taken, self.title = list(known), taken, title
        self.number = 0

    def collect(self, nodes: list[Node]) -> list[Node]:
        """One section, or those that the workbook remembers."""
        made = []
        while nodes:
            count, attributes = self.known.pop(0) if self.known else (len(nodes), self.new())
            section: dict[str, Any] = {"kind": "section", "loose": True, **attributes}
            made.append({**section, "children": nodes[:count]})
            nodes = nodes[count:]
        return made

    def new(self) -> Node:
        """A section with a free name."""
        self.number += 1
        while f"part_{self.number}" in self.taken:
            self.number += 1
        return {"name": f"part_{self.number}", "labels": dict(self.title)}
