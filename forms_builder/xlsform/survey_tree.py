"""What was read from the survey sheet, and what can be judged once all of it is there."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.xlsform.types import METADATA
from forms_builder.xlsform.workbook import Row

Node = dict[str, Any]
# Notes a breach: its code, the message, the row, and the field whose column it stands in.
Tell = Callable[[str, str, Row, str], None]
MAX_ROWS = 500
MAX_ROWS_IN_ALL = 5_000
UNSEEN = {*METADATA, "calculate", "hidden", "background-geopoint"}


@dataclass
class Survey:
    """What was read: top-level nodes, the row of every node, files that were named."""

    nodes: list[Node] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def row_of(self, node: Node) -> Row | None:
        """The row that a node was read from."""
        return self.rows.get(id(node))


class TreeCheck:
    """Names, repeats, counts and groups of a whole tree; every breach is told to `problem`.

    `filled` are the ids of groups that an export gave a row for other tools.
    """

    def __init__(self, survey: Survey, filled: Collection[int], problem: Tell) -> None:
        self.survey, self.filled, self.problem = survey, filled, problem

    def check(self) -> None:
        """Everything, in the order in which it is told."""
        self.check_names(self.survey.nodes)
        self.check_repeats()
        self.check_counts(self.survey.nodes, 1)
        self.check_groups()

    def check_names(self, siblings: list[Node]) -> None:
        """A name may stand once among the rows of a group, capitals or not."""
        seen: dict[str, Node] = {}
        for node in siblings:
            first = seen.setdefault(node["name"].casefold(), node)
            row = self.survey.row_of(node)
            if first is not node and row:
                self.duplicate(node, first, row)
            self.check_names(node.get("children", []))

    def check_repeats(self) -> None:
        """The name of a repeat stands once in the whole form, as other tools want it."""
        seen: dict[str, Node] = {}
        for node in walk(self.survey.nodes):
            row = self.survey.row_of(node)
            if node["kind"] != "repeat" or row is None:
                continue
            first = seen.setdefault(node["name"].casefold(), node)
            if first is not node:
                self.duplicate(node, first, row)

    def check_groups(self) -> None:
        """A group in which nobody sees anything is refused by other tools too."""
        for node in walk(self.survey.nodes):
            row = self.survey.row_of(node)
            is_filled = id(node) in self.filled or any(map(is_seen, node.get("children", [])))
            if node["kind"] == "group" and row and not is_filled:
                message = _("The group “{name}” shows nothing; add a question or a note.")
                self.problem("empty_group", message.format(name=node["name"]), row, "type")

    def check_counts(self, nodes: list[Node], rows: int) -> None:
        """A fixed number of repetitions is whole and within the limits."""
        for node in nodes:
            inside, count = rows, node.get("repeat_count", "")
            row = self.survey.row_of(node)
            if row and re.fullmatch(r"[-+]?[0-9]+([.][0-9]*)?", count):
                inside = rows * max(1, int(float(count)))
                if not count.isdigit() or int(count) > MAX_ROWS or inside > MAX_ROWS_IN_ALL:
                    message = _("A fixed count is a whole number up to {limit} ({all} nested).")
                    shown = message.format(limit=MAX_ROWS, all=MAX_ROWS_IN_ALL)
                    self.problem("repeat_limit", shown, row, "repeat_count")
            self.check_counts(node.get("children", []), inside)

    def duplicate(self, node: Node, first: Node, row: Row) -> None:
        """Name both rows."""
        earlier = self.survey.row_of(first)
        message = _("“{name}” is also the name of row {row}; rename one.")
        number = earlier.number if earlier else 0
        shown = message.format(name=node["name"], row=number)
        self.problem("duplicate_name", shown, row, "name")


def is_seen(node: Node) -> bool:
    """Whether people see something of a node when they fill a form with other tools."""
    if node["kind"] != "question":
        return True
    if node["type"] in UNSEEN:
        return False
    says = {"labels", "hints", "media"} & set(node)
    is_worked_out = "calculation" in node or "trigger" in node.get("other", {})
    return bool(says) or not is_worked_out


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Every node, parents first."""
    for node in nodes:
        yield node
        yield from walk(node.get("children", []))
