"""The settings, entities and osm sheets, and our own sheet of what XLSForm cannot say."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.xlsform.columns import keyword
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.survey import YES
from forms_builder.xlsform.workbook import Row, Sheet, Workbook

# Settings that would send records elsewhere or lock them for somebody else.
REFUSED = {"submission_url", "public_key"}


@dataclass
class FormSettings:
    """What the workbook says about the form as a whole.

    `ours` are top-level keys of the spec from the sheet "dayaq"; `loose` describes sections
    that have no group in the workbook: [children, section without children]. `added` are
    settings that an export wrote for other tools, `list_names` what lists are called here,
    `choice_columns` what attributes are; `added_choices` are lists that got the value "other",
    `elsewhere` names of lists that are no files of the form's own. `external_lists` stand in
    the sheet external_choices without a question that says so.
    """

    title: str = ""
    form_id: str = ""
    default_language: str = ""
    others: dict[str, str] = field(default_factory=dict)
    ours: dict[str, Any] = field(default_factory=dict)
    shared_lists: set[str] = field(default_factory=set)
    loose: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)
    list_names: dict[str, str] = field(default_factory=dict)
    choice_columns: dict[str, str] = field(default_factory=dict)
    added_choices: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    external_lists: list[str] = field(default_factory=list)

    @property
    def may_repeat_choices(self) -> bool:
        """Whether a list may hold one name twice."""
        return keyword(self.others.get("allow_choice_duplicates", "")) in YES

    def kept(self, book: Workbook) -> dict[str, Any]:
        """What nothing here acts on but an export gives back."""
        files = [
            {"type": row.text("type"), "name": row.text("name")}
            for row in book.sheet("survey").rows
            if keyword(row.text("type")) in ("csv-external", "xml-external")
        ]
        parts = {
            "form_id": self.form_id,
            "settings": self.others,
            "entities": rows_as_maps(book.sheet("entities")),
            "osm": rows_as_maps(book.sheet("osm")),
            "files": files,
            "external_lists": self.external_lists,
        }
        return {key: value for key, value in parts.items() if value}


def rows_as_maps(sheet: Sheet) -> list[dict[str, str]]:
    """The rows of a sheet by heading."""
    return [
        {column.title: value for column, value in row.cells.items() if column.heading.text}
        for row in sheet.rows
    ]


def read_settings(book: Workbook, report: ImportReport) -> FormSettings:
    """Settings of the workbook; refused and unused ones are in the report."""
    settings = FormSettings()
    read_ours(settings, book.sheet("dayaq"), report)
    sheet = book.sheet("settings")
    if sheet.rows:
        take_settings(settings, sheet, sheet.rows[0], report)
    for row in sheet.rows[1:]:
        for column, value in row.cells.items():
            message = _("Only the first row of settings counts; “{text}” is left out.")
            place = {"sheet": sheet.name, "row": row.number, "column": column.title}
            report.warn("extra_settings", message.format(text=value[:80]), **place)
    for key in ("entities", "osm"):
        warn_kept(book.sheet(key), report)
    return settings


def take_settings(settings: FormSettings, sheet: Sheet, row: Row, report: ImportReport) -> None:
    """Use the one row of the settings sheet."""
    for column, value in row.cells.items():
        heading = column.heading
        place = {"sheet": sheet.name, "row": row.number, "column": column.title}
        if keyword(heading.text) in REFUSED:
            message = _("The setting “{name}” is refused: answers stay in this system.")
            report.problem("setting_refused", message.format(name=heading.text), **place)
        elif heading.field == "form_title":
            settings.title = value
        elif heading.field == "form_id":
            settings.form_id = value
        elif heading.field == "default_language":
            settings.default_language = value
        elif heading.text and settings.added.get(heading.text) != value:
            settings.others[heading.text] = value
            message = _("The setting “{name}” is kept for export and has no effect here.")
            if heading.field != "version":
                report.warn("kept_setting", message.format(name=heading.text), **place)


def warn_kept(sheet: Sheet, report: ImportReport) -> None:
    """Say of every cell of a sheet that it is only kept."""
    for row in sheet.rows:
        for column, value in row.cells.items():
            message = _("“{text}” is kept for export and has no effect here.")
            place = {"sheet": sheet.name, "row": row.number, "column": column.title}
            report.warn("kept_cell", message.format(text=value[:80]), **place)


def read_ours(settings: FormSettings, sheet: Sheet, report: ImportReport) -> None:
    """Our own sheet: keys, and JSON that may go on over several rows."""
    texts: dict[str, str] = {}
    for row in sheet.rows:
        texts[row.text("key")] = texts.get(row.text("key"), "") + row.text("value")
    try:
        values = {key: json.loads(text) for key, text in texts.items()}
        settings.added = dict(values.pop("added_settings", {}))
        settings.list_names = dict(values.pop("list_names", {}))
        settings.choice_columns = dict(values.pop("choice_columns", {}))
        settings.added_choices = list(values.pop("added_choices", []))
        settings.elsewhere = list(values.pop("elsewhere", []))
        settings.shared_lists = set(values.pop("shared_lists", []))
        settings.loose = [(int(count), dict(node)) for count, node in values.pop("loose", [])]
        settings.ours = {key: value for key, value in values.items() if key in OURS}
    except (ValueError, TypeError) as error:
        message = _("The sheet “dayaq” is written by the export only; remove it ({detail}).")
        report.problem("dayaq_sheet", message.format(detail=error), sheet=sheet.name)


OURS = {
    "schema", "code", "labels", "purpose", "languages", "default_language", "settings",
    "tests", "workbook",
}  # fmt: skip
