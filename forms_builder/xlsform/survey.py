"""The survey sheet as a tree of nodes."""

import json
import re

from django.utils.translation import gettext as _

from forms_builder.xlsform.columns import MEDIA, keyword
from forms_builder.xlsform.dialect import repaired
from forms_builder.xlsform.foreign import as_it_was
from forms_builder.xlsform.loops import written_out
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.survey_tree import Node, Survey, TreeCheck
from forms_builder.xlsform.types import METADATA, RowType, parse_type
from forms_builder.xlsform.workbook import Column, Row, Sheet

MAX_DEPTH = 32
NAME = re.compile(r"^[^\W\d][\w.-]*$")
NAME_LETTERS = 255
# Names that a browser's objects answer to by themselves.
RESERVED = {"__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty"}
FILE_NAME = re.compile(r"^[\w .()+-]+$")
ADDRESS = re.compile(
    r"^(/|\\|[A-Za-z][A-Za-z0-9+.-]*:(?!//images/|//audio/|//video/))|(^|[/\\])\.\.([/\\]|$)"
)
# After so many empty rows other tools read no more.
FAR_ROWS = 60
# The column that keeps what we had to change.
AS_WRITTEN = "{column} (as written)"
# What begins like a reference in a text, and how one is written.
CANDIDATE = re.compile(r"\$\{[^}]*\}?")
REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?[^\W\d][\w.-]*(/[^\W\d][\w.-]*)*\s*\}")
UNFINISHED = re.compile(r"[\w.]+\s*[-+*]")
# Types whose default pyxform always takes as it stands.
PLAIN_DEFAULTS = {"geopoint", "geotrace", "geoshape", "date", "time", "dateTime"}
YES = {"yes", "true", "true()", "1", "x"}
NO = {"no", "false", "false()", "0"}
TEXTS = {
    "label": "labels",
    "hint": "hints",
    "guidance_hint": "guidance",
    "constraint_message": "constraint_message",
    "required_message": "required_message",
}
EXPRESSIONS = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count")
_CELL_NAMES = {
    "guidance": "guidance_hint", "labels": "label", "hints": "hint", "list": "type",
    "default": "default", "children": "name",
}  # fmt: skip


def read_survey(
    sheet: Sheet, choices: Sheet, plain_language: str, report: ImportReport
) -> Survey:
    """The tree of the survey sheet; `plain_language` is that of columns that name none."""
    return SurveyReader(written_out(sheet, choices, report), plain_language, report).read()


class SurveyReader:
    """Reads rows in order, keeping the groups that are open."""

    def __init__(self, sheet: Sheet, plain_language: str, report: ImportReport) -> None:
        self.sheet, self.plain_language, self.report = sheet, plain_language, report
        self.survey = Survey()
        self.open: list[tuple[Node, Row]] = []
        self.filled: set[int] = set()  # groups that an export gave a row for other tools
        self.too_deep = False
        self.last = 0  # the number of the row before

    def read(self) -> Survey:
        """The whole sheet; every breach is in the report."""
        for row in self.sheet.rows:
            self.read_row(row)
            if self.too_deep:
                return self.survey
        for node, row in self.open:
            message = _("“{name}” begins here and never ends; add its end row.")
            self.problem("unclosed", message.format(name=node["name"]), row, "type")
        TreeCheck(self.survey, self.filled, self.problem).check()
        return self.survey

    def problem(self, code: str, message: str, row: Row, field: str) -> None:
        """A breach in a row, at the column that means `field`."""
        place = {"sheet": self.sheet.name, "row": row.number, "column": row.column(field)}
        self.report.problem(code, message, **place)

    def warn(self, code: str, message: str, row: Row, column: str) -> None:
        """Something to tell about a cell."""
        self.report.warn(code, message, sheet=self.sheet.name, row=row.number, column=column)

    def read_row(self, row: Row) -> None:
        """Place one row in the tree."""
        before = self.before_export(row)
        if before is None:
            self.filled.update(id(node) for node, _row in self.open[-1:])
            return
        row = before
        text = row.text("type")
        if not text or text.startswith("#"):
            self.leave_out(row)
            return
        kind = parse_type(text)
        is_far = row.number - self.last > FAR_ROWS
        self.last = row.number
        if is_switched_off(row) or (is_far and not kind.kind):
            self.leave_out(row, off=True)
        elif kind.kind.startswith("end_"):
            self.close(row, kind.kind.removeprefix("end_"))
        elif kind.kind == "file":
            self.keep_file(row)
        elif kind.kind:
            self.place(self.node(row, kind), row)
        else:
            message = _("“{type}” is not a type that forms know.").format(type=text[:80])
            self.problem("unknown_type", message, row, "type")

    def before_export(self, row: Row) -> Row | None:
        """The row without what an export said for other tools."""
        try:
            return as_it_was(row, self.sheet.columns)
        except (ValueError, TypeError, AttributeError):
            message = _("This column is written by the export only; empty the cell.")
            self.problem("dayaq_more", message, row, "dayaq_written")
            return row

    def leave_out(self, row: Row, *, off: bool = False) -> None:
        """A row without a type is a comment, and so is one that is switched off or stands far
        below without being a question; say so for each of its cells."""
        for column, value in row.cells.items():
            if column.heading.text:
                message = (
                    _("The row is switched off or far below, so “{text}” is left out.")
                    if off
                    else _("The row has no type, so “{text}” is left out.")
                )
                self.warn("comment_row", message.format(text=value[:80]), row, column.title)

    def keep_file(self, row: Row) -> None:
        """A row that names a file of values for others to read."""
        self.check_file(row.text("name"), row, "name")
        self.survey.files.append(row.text("name"))
        for column, value in row.cells.items():
            if column.heading.field not in ("type", "name"):
                message = _("“{text}” on a row that names a file is left out.")
                self.warn("left_out", message.format(text=value[:80]), row, column.title)

    def close(self, row: Row, kind: str) -> None:
        """End the group opened last."""
        if not self.open:
            message = _("Nothing is open that could end here; remove the row.")
            self.problem("stray_end", message, row, "type")
            return
        node, opened = self.open.pop()
        if node["kind"] != kind:
            message = _("“{name}” of row {row} is a {kind}; end it as one before this row.")
            shown = message.format(name=node["name"], row=opened.number, kind=node["kind"])
            self.problem("crossed_end", shown, row, "type")
        for column, value in row.cells.items():
            if column.heading.field == "name" and value == node["name"]:
                continue
            if column.heading.field != "type" and column.heading.text:
                message = _("“{text}” on an end row is left out.").format(text=value[:80])
                self.warn("end_row", message, row, column.title)

    def place(self, node: Node, row: Row) -> None:
        """Put a node where it belongs."""
        siblings = self.open[-1][0]["children"] if self.open else self.survey.nodes
        siblings.append(node)
        self.survey.rows[id(node)] = row
        self.survey.names.add(node["name"])
        if node["kind"] == "question":
            return
        node["children"] = []
        self.open.append((node, row))
        if len(self.open) > MAX_DEPTH:
            message = _("Groups are nested deeper than {limit}.").format(limit=MAX_DEPTH)
            self.problem("too_deep", message, row, "type")
            self.too_deep = True

    # --- one node ---------------------------------------------------------------------

    def node(self, row: Row, kind: RowType) -> Node:
        """The node of a row, children apart."""
        node: Node = {"kind": kind.kind, "name": self.name(row, kind)}
        if kind.kind == "question":
            node["type"] = kind.type
        if kind.list:
            self.take_list(node, row, kind)
        for column, value in row.cells.items():
            if column.heading.text:
                self.take(node, row, column, value)
        if kind.constraint:
            node.setdefault("constraint", kind.constraint)
        if kind.approximate:
            self.approximate(node, row)
        return node

    def approximate(self, node: Node, row: Row) -> None:
        """Keep a type that we only come close to, and tell."""
        written = row.text("type")
        node.setdefault("other", {})[AS_WRITTEN.format(column="type")] = written
        message = _("“{type}” is asked as “{ours}” here.")
        self.warn(
            "type_near", message.format(type=written[:80], ours=node["type"]), row, "type"
        )

    def take_list(self, node: Node, row: Row, kind: RowType) -> None:
        """Where a select finds its values."""
        node["list"] = kind.list
        if kind.or_other:
            node["or_other"] = True
        if kind.source:
            node["list_source"] = kind.list if kind.source == "file" else kind.source
        if kind.source == "file":
            self.check_file(kind.list, row, "type")
            node["list"] = kind.list.rpartition(".")[0] or kind.list

    def check_file(self, name: str, row: Row, column: str) -> None:
        """A file is named, never addressed: no folder, no server."""
        if not FILE_NAME.match(name) or ".." in name:
            message = _("“{name}” is not a plain file name; folders and addresses are refused.")
            self.problem("reference", message.format(name=name[:80]), row, column)

    def name(self, row: Row, kind: RowType) -> str:
        """The row's name; rows that need none get one from their number."""
        name = row.text("name")
        if not name and kind.type in METADATA:
            return kind.type
        if not name and (kind.type == "note" or kind.kind in ("group", "repeat")):
            return f"{kind.type or kind.kind}_{row.number}"
        if message := name_breach(name):
            self.problem("name", message, row, "name")
        return name

    def take(self, node: Node, row: Row, column: Column, value: str) -> None:
        """Use one cell."""
        heading = column.heading
        field = heading.field
        language = heading.language or self.plain_language
        if field in ("type", "name", "dayaq_written"):
            return
        if field in TEXTS:
            texts = node.setdefault(TEXTS[field], {})
            self.take_text(texts, language, value, node, row, column)
        elif field in MEDIA:
            if ADDRESS.search(value):
                message = _("“{name}” is not a file of this form; addresses are refused.")
                self.problem("reference", message.format(name=value[:80]), row, field)
            files = node.setdefault("media", {}).setdefault(field, {})
            self.take_text(files, language, value, node, row, column)
        elif field == "repeat_count" and node["kind"] != "repeat":
            node.setdefault("other", {})[heading.text] = value
            message = _("Only a repeat has a count; “{text}” is kept without effect.")
            self.warn("kept_cell", message.format(text=value[:80]), row, column.title)
        elif field in EXPRESSIONS:
            node[field] = self.expression(value, row, column)
        elif field in ("required", "read_only"):
            self.take_flag(node, field, value, row, column)
        elif field == "parameters":
            self.take_parameters(node, row, value)
        elif field == "default":
            self.take_default(node, value, row)
        elif field == "appearance":
            node[field] = value
        elif field.startswith("dayaq_"):
            self.take_ours(node, field.removeprefix("dayaq_"), row, value)
        elif keyword(heading.text) == "instance::tag":  # pyxform breaks on it
            node.setdefault("other", {})[AS_WRITTEN.format(column=heading.text)] = value
        else:
            node.setdefault("other", {})[heading.text] = value

    def take_text(
        self,
        texts: dict[str, str],
        language: str,
        value: str,
        node: Node,
        row: Row,
        column: Column,
    ) -> None:
        """A text in its language; a second one in the same language is only kept."""
        if any(not REFERENCE.fullmatch(found) for found in CANDIDATE.findall(value)):
            message = _("A reference in the text is not written as ${name}: “{text}”.")
            shown = message.replace("{text}", value[:80])
            self.problem("text_reference", shown, row, column.heading.field)
        if texts.setdefault(language, value) != value:
            message = _("There is another text in this language; “{text}” is kept unused.")
            self.warn("second_text", message.format(text=value[:80]), row, column.title)
            node.setdefault("other", {})[spare_title(column)] = value

    def take_default(self, node: Node, value: str, row: Row) -> None:
        """The value at the start; ODK tools work out what ends in an operator, and fail."""
        node["default"] = value
        if UNFINISHED.fullmatch(value) and node.get("type") not in PLAIN_DEFAULTS:
            message = _("“{text}” begins a calculation and does not end it.")
            self.problem("default", message.format(text=value[:80]), row, "default")

    def expression(self, value: str, row: Row, column: Column) -> str:
        """An expression as our grammar reads it; every change is told."""
        source, notes = repaired(value)
        for note in notes:
            self.warn("repaired", note, row, column.title)
        return source

    def take_flag(self, node: Node, field: str, value: str, row: Row, column: Column) -> None:
        """Yes, no, or an expression."""
        word = keyword(value)
        if word in YES:
            node[field] = True
        elif re.fullmatch(r"[\w ]+", word) and word not in NO:
            message = _("“{text}” is neither yes or no nor an expression; kept without effect.")
            self.warn("not_a_flag", message.format(text=value[:80]), row, column.title)
            node.setdefault("other", {})[AS_WRITTEN.format(column=column.title)] = value
        elif word not in NO:
            node[field] = self.expression(value, row, column)

    def take_parameters(self, node: Node, row: Row, value: str) -> None:
        """`start=1 end=5` as a map."""
        pairs = re.split(r"[\s,;]+", re.sub(r"\s*=\s*", "=", value.strip()))
        if not all(re.fullmatch(r"[\w-]+=[^=]*", pair) for pair in pairs):
            message = _("Write parameters as name=value, divided by spaces.")
            self.problem("parameters", message, row, "parameters")
            return
        node["parameters"] = dict(pair.split("=") for pair in pairs)

    def take_ours(self, node: Node, key: str, row: Row, value: str) -> None:
        """A column of our own that only Dayaq writes."""
        if key in ("searchable", "retired"):
            node[key] = True
        elif key == "lookup":
            node["lookup"] = {"register": value}
        elif key == "more":
            try:
                node.update(json.loads(value))
            except (ValueError, TypeError):
                message = _("This column is written by the export only; empty the cell.")
                self.problem("dayaq_more", message, row, "dayaq_more")
        else:
            node[key] = value


def is_switched_off(row: Row) -> bool:
    """Whether a question's column `disabled` says so; pyxform passes over such rows."""
    off = (v for c, v in row.cells.items() if keyword(c.heading.text) == "disabled")
    return keyword(next(off, "")) in YES and parse_type(row.text("type")).kind == "question"


def name_breach(name: str) -> str:
    """What is wrong with a question's name, or ""."""
    if not name:
        return _("The row has no name; write one in the column “name”.")
    if name in RESERVED or name == "meta":  # pyxform keeps this one for itself
        return _("“{name}” is reserved; choose another name.").format(name=name)
    if len(name) > NAME_LETTERS:
        return _("The name is longer than {limit} letters.").format(limit=NAME_LETTERS)
    if not NAME.match(name) or not name.isprintable():
        message = _("“{name}” is not a name: begin with a letter; use letters, digits, _ - .")
        return message.format(name="".join(c if c.isprintable() else "?" for c in name[:80]))
    return ""


def spare_title(column: Column) -> str:
    """A heading that means nothing, for what a column holds without use."""
    words = " ".join(column.title.replace(":", " ").split())
    return f"{words} ({column.letter})"


def cell_name(key: str) -> str:
    """The survey column that a key of a node was read from."""
    return _CELL_NAMES.get(key, key)
