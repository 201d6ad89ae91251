"""Problems of a spec, shown at the cells of the workbook that they come from."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.checks import form_problems
from forms_builder.clashes import argument_problems
from forms_builder.expressions import ExpressionError, parse
from forms_builder.expressions.nodes import Expr, Ref, walk
from forms_builder.schema import expression_attributes
from forms_builder.schema import places as every_place
from forms_builder.xlsform.circles import circle_problems
from forms_builder.xlsform.columns import keyword
from forms_builder.xlsform.opening import opening_problems
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.rows_at_once import row_problems
from forms_builder.xlsform.strays import settle_strays
from forms_builder.xlsform.survey import cell_name
from forms_builder.xlsform.survey_tree import Node, Survey
from forms_builder.xlsform.workbook import Column, Row, Sheet, Workbook

# Columns of the sheet of entities that are worked out.
ENTITY_EXPRESSIONS = {"label", "create_if", "update_if", "entity_id"}
STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
AXIS = re.compile(r"[\w.-]+::[\w.-]+")
# Breaches after which questions are missing or stand in the wrong place.
STRUCTURAL = {
    "unclosed", "stray_end", "crossed_end", "too_deep", "unknown_type", "name",
    "duplicate_name", "text_reference", "duplicate_heading", "merged_heading", "dayaq_more",
    "dayaq_sheet",
}  # fmt: skip


def place_problems(
    spec: dict[str, Any],
    survey: Survey,
    book: Workbook,
    report: ImportReport,
    lists: Mapping[str, Sequence[str]],
    *,
    is_ours: bool,
) -> None:
    """Check `spec` as publishing does and add what is wrong to the report.

    What only other tools cannot work out is no problem in a workbook that `is_ours`.
    """
    if any(problem.code in STRUCTURAL for problem in report.problems):
        return  # the tree is not what the author meant; its breaches would mislead
    settle_strays(spec, survey, report)
    places = Places(spec, survey, book)
    found = form_problems(spec, lists) or list(axis_problems(spec))
    if not found and not report.problems and not is_ours:
        found = circle_problems(spec) or row_problems(spec) or opening_problems(spec)
    report.problems.extend(places.placed(problem) for problem in found)
    report.problems.extend(entity_problems(book.sheet("entities"), survey.names))
    report.problems.extend(name_problems(book.sheet("settings"), survey.names))


def axis_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Steps of a path such as `label::English`, which no ODK tool follows."""
    message = _("“{name}” is no column that an expression can read; rename the column.")
    for place in every_place(spec):
        for attribute, source in expression_attributes(place.node):
            found = sorted(set(AXIS.findall(STRING.sub("", source)))) if "::" in source else []
            for name in found:
                shown = message.format(name=name[:80])
                yield Problem("syntax", shown, path=f"{place.path}#{attribute}")


def entity_problems(sheet: Sheet, names: Collection[str]) -> Iterator[Problem]:
    """What no tool could work out in the sheet of entities; names are left to them."""
    for row in sheet.rows:
        for column, text in row.cells.items():
            if keyword(column.heading.text) in ENTITY_EXPRESSIONS:
                yield from at_cell("entity", source_problems(text, names), sheet, row, column)


def name_problems(sheet: Sheet, names: Collection[str]) -> Iterator[Problem]:
    """What no tool could work out in the setting `instance_name`."""
    for row in sheet.rows[:1]:
        for column, text in row.cells.items():
            if keyword(column.heading.text) == "instance_name":
                found = source_problems(text, names)
                yield from at_cell("setting_refused", found, sheet, row, column)


def at_cell(
    code: str, found: Sequence[Problem], sheet: Sheet, row: Row, column: Column
) -> Iterator[Problem]:
    """Problems of one cell, under one code."""
    for problem in found:
        place = replace(problem, sheet=sheet.name, row=row.number, column=column.title)
        yield replace(place, code=code, path="")


def source_problems(text: str, names: Collection[str]) -> list[Problem]:
    """What is wrong with an expression that stands outside the survey."""
    try:
        tree = parse(text)
    except ExpressionError:
        return [Problem("syntax", _("The expression cannot be read."))]
    return [*argument_problems(tree, ""), *stranger_problems(tree, names)]


def stranger_problems(tree: Expr, names: Collection[str]) -> Iterator[Problem]:
    """References to fields that are not there."""
    for node, _depth in walk(tree):
        if isinstance(node, Ref) and node.name not in names:
            yield Problem(
                "entity", _("There is no field “{name}”.").format(name=node.name[:80])
            )


class Places:
    """Finds the row of a node by the path that a problem names."""

    def __init__(self, spec: Mapping[str, Any], survey: Survey, book: Workbook) -> None:
        self.survey, self.book = survey, book
        self.nodes = dict(paths(spec.get("children", []), ""))

    def placed(self, problem: Problem) -> Problem:
        """The problem with sheet, row and column where it has them."""
        node, rest = self.find(problem.path)
        if node is None:
            return replace(problem, sheet=problem.sheet or self.book.sheet("survey").name)
        row = self.survey.row_of(node) or self.first_row(node)
        if row is None:
            return problem
        attribute, _dot, language = rest.partition(".")
        column = row.column(cell_name(attribute or "name"), language)
        sheet = self.book.sheet("survey").name
        return replace(problem, sheet=sheet, row=row.number, column=column)

    def find(self, path: str) -> tuple[Node | None, str]:
        """The node of "group/name#attribute", or its nearest parent, and the attribute."""
        place, _hash, attribute = path.partition("#")
        parts = place.split("/")
        for end in range(len(parts), 0, -1):
            node = self.nodes.get("/".join(parts[:end]))
            if node is not None:
                return node, attribute.split("/")[0]
        return None, ""

    def first_row(self, node: Node) -> Row | None:
        """The row where a section without a row of its own begins."""
        rows = (self.survey.row_of(child) for child in node.get("children", []))
        return next((row for row in rows if row), None)


def paths(nodes: Sequence[Node], before: str) -> Iterator[tuple[str, Node]]:
    """Every node by its path of names."""
    for node in nodes:
        path = f"{before}/{node['name']}" if before else node["name"]
        yield path, node
        yield from paths(node.get("children", []), path)
