"""Paths to nowhere, which ODK tools read as empty and our compiler refuses."""

import re
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.expressions import FUNCTIONS, ExpressionError, parse, to_source
from forms_builder.expressions.nodes import Call, Expr, Path, Text, walk
from forms_builder.layout import Layout, Resolver
from forms_builder.schema import Place, expression_attributes
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.survey import AS_WRITTEN, cell_name
from forms_builder.xlsform.survey_tree import Node, Survey
from forms_builder.xlsform.trees import changed

_PATH = re.compile(r"(?<![\w$}/.])(?:\.\.?/)+[^\W\d][\w.-]*(?:/[^\W\d][\w.-]*)*")
# Words that ODK tools take for a path to nowhere.
_BARE = re.compile(r"(?<![\w${}/.:@-])(true|false|null)(?![\w:/.-]|\s*\()")
_MEANT = {"true": "true()", "false": "false()", "null": "''"}
_LOOKS_UP = re.compile(r"\b(instance|pulldata|property|version)\s*\(")
_NAMED = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_STRING = re.compile(r"('[^']*'|\"[^\"]*\")")


def settle_strays(spec: dict[str, Any], survey: Survey, report: ImportReport) -> None:
    """Replace paths to fields that are not there by ''.

    The text as the author wrote it stays in the node's `other`; each change is a warning.
    """
    layout = Layout(spec)
    for place in layout.places:
        node: Any = place.node
        settle_trigger(node, survey, report)
        for attribute, source in list(expression_attributes(place.node)):
            if attribute == "constraint" and is_foreign(source):
                del node[attribute]
                keep(node, attribute, source, survey, report)
                continue
            settled = settle(layout, place, source)
            if settled != source:
                node[attribute] = settled
                keep(node, attribute, source, survey, report)
        default = str(place.node.get("default", ""))
        if default != without_strangers(default):
            keep(node, "default", node.pop("default"), survey, report)


def settle_trigger(node: Node, survey: Survey, report: ImportReport) -> None:
    """A trigger that names a field that is not there stays as text; other tools refuse it."""
    other = node.get("other", {})
    for title in [key for key in other if key.casefold() == "trigger"]:
        if not set(_NAMED.findall(other[title])) <= survey.names:
            keep(node, "trigger", other.pop(title), survey, report)


def settle(layout: Layout, place: Place, source: str) -> str:
    """`source` with '' for every path that leads nowhere; texts are left alone."""
    parts = _STRING.split(source)
    for index in range(0, len(parts), 2):
        parts[index] = _PATH.sub(
            lambda match: match[0] if leads(layout, place, match[0]) else "''", parts[index]
        )
        parts[index] = _BARE.sub(
            lambda match: match[0] if leads(layout, place, match[0]) else _MEANT[match[0]],
            parts[index],
        )
    return without_strangers("".join(parts))


def without_strangers(source: str) -> str:
    """`source` with '' for what only another tool could look up: parts of a file that is no
    list (`instance('x')/root/data/...`), pulldata() of a kind of its own, the device."""
    if not _LOOKS_UP.search(source):
        return source
    try:
        tree = parse(source)
    except ExpressionError:
        return source
    settled = changed(tree, lambda node: Text("") if is_strange(node) else node)
    return source if settled == tree else to_source(settled)


def is_foreign(source: str) -> bool:
    """Whether an expression calls a function of another system (`wq:length`), which tools
    pass over in a constraint until somebody answers."""
    try:
        nodes = [node for node, _depth in walk(parse(source))]
    except ExpressionError:
        return False
    calls = {node.name for node in nodes if isinstance(node, Call)}
    return any(":" in name and name not in FUNCTIONS for name in calls)


def is_strange(node: Expr) -> bool:
    """Whether only another tool can look this up."""
    match node:
        case Call("pulldata", (Text(source), *_)) if source.startswith("@"):
            return True
        case Call("property", (_,)) | Call("version", ()):  # of the device and the file
            return True
        case Path(Call("instance", (Text(name),)), _, (), steps):
            is_list = [step.name for step in steps[:2]] == ["root", "item"]
            return not is_list and not name.startswith("$")
    return False


def leads(layout: Layout, place: Place, path: str) -> bool:
    """Whether `path`, read at `place`, leads to a field."""
    try:
        Resolver(layout, place).resolve(parse(path))
    except ExpressionError as error:
        return getattr(error, "code", "") != "unknown_field"
    return True


def keep(node: Node, attribute: str, source: str, survey: Survey, report: ImportReport) -> None:
    """Keep what was written and tell."""
    row = survey.row_of(node)
    column = row.column(cell_name(attribute)) if row else cell_name(attribute)
    node.setdefault("other", {})[AS_WRITTEN.format(column=column)] = source
    message = _("“{text}” leads nowhere; it counts as empty, or as true() or false().")
    report.warnings.append(
        Problem(
            "stray_path",
            message.format(text=source[:80]),
            sheet="survey",
            row=row.number if row else None,
            column=column,
        )
    )
