"""A workbook as a form spec, with everything that is wrong or odd about it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import ProblemsFound
from config.shared.text import fold
from forms_builder.xlsform.columns import language_code
from forms_builder.xlsform.lists import Lists, ListsReader, missing_file
from forms_builder.xlsform.named_files import named_files
from forms_builder.xlsform.places import place_problems
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.sections import as_sections
from forms_builder.xlsform.settings import read_settings
from forms_builder.xlsform.survey import read_survey
from forms_builder.xlsform.survey_tree import Survey, walk
from forms_builder.xlsform.workbook import Workbook, open_sheets, understand

Json = dict[str, Any]
MAX_LANGUAGES = 40
# Texts in columns that name no language are in the ministry's first one.
FIRST_LANGUAGE = "az"
SEVERAL = {"select_multiple", "rank"}
# What a value may be shown by.
SHOWN = {"labels", "image", "media::image", "audio", "media::audio", "video", "media::video"}
PLACEHOLDER = re.compile(r"\$\{\s*(?:last-saved#)?([^{}]*?)\s*\}")


def read_workbook(
    path: Path,
    *,
    code: str | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
    any_language: bool = False,
) -> ImportReport:
    """The form in the workbook at `path`, checked as publishing would check it.

    `code` overrides the workbook's form_id. `lists` are the shared lists there are, with
    their attributes; a list that the workbook marks as shared is taken from there.
    `any_language` lifts the rule that labels are in Azerbaijani for this form.
    """
    try:
        answer = open_sheets(Path(path))
    except ProblemsFound as error:
        return ImportReport(problems=list(error.problems))
    return read_sheets(
        answer, Path(path).stem, code=code, lists=lists, any_language=any_language
    )


def read_sheets(
    answer: Mapping[str, Any],
    stem: str,
    *,
    code: str | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
    any_language: bool = False,
) -> ImportReport:
    """As `read_workbook`, from the cells of `open_sheets`; `stem` is the file's name."""
    report = ImportReport()
    book = understand(answer, report)
    if "survey" not in book.sheets:
        message = _("The workbook has no sheet “survey”; the questions stand there.")
        report.problem("no_survey", message, sheet="survey")
        return report
    reader = WorkbookReader(book, report, lists or {}, any_language=any_language)
    reader.read(stem, code)
    return report


class WorkbookReader:
    """Puts the sheets of one workbook together."""

    def __init__(
        self,
        book: Workbook,
        report: ImportReport,
        shared: Mapping[str, Sequence[str]],
        *,
        any_language: bool,
    ) -> None:
        self.book, self.report, self.shared = book, report, shared
        self.any_language = any_language
        self.settings = read_settings(book, report)

    def read(self, stem: str, code: str | None) -> None:
        """Fill the report."""
        self.check_languages()
        sheets = self.book.sheet("survey"), self.book.sheet("choices")
        survey = read_survey(*sheets, self.plain_language, self.report)
        if not survey.nodes:
            message = _("The sheet “survey” has no question.")
            self.report.problem("empty", message, sheet=self.book.sheet("survey").name)
            return
        lists = self.read_lists(survey)
        top = self.top(stem, code)
        spec = {**top, "children": as_sections(survey, self.settings.loose, top["labels"])}
        if own := {key: rows for key, rows in lists.items() if not self.is_shared(key)}:
            spec["lists"] = own
        if self.any_language:
            spec["settings"] = {**spec.get("settings", {}), "any_language": True}
        self.report.spec = spec
        is_ours = bool(self.settings.ours)
        place_problems(spec, survey, self.book, self.report, self.shared, is_ours=is_ours)

    # --- languages --------------------------------------------------------------------

    @property
    def named_languages(self) -> list[str]:
        """Languages that headings name, in order."""
        keys = ("survey", "choices", "external_choices")
        found = [language for key in keys for language in self.book.sheet(key).languages()]
        return list(dict.fromkeys(found))

    @property
    def plain_language(self) -> str:
        """The language of columns that name none."""
        named = self.named_languages
        default = language_code(self.settings.default_language)
        if default and (default in named or not named or self.has_plain_texts):
            return default
        is_first = FIRST_LANGUAGE in named or not named or self.has_plain_texts
        return FIRST_LANGUAGE if is_first else named[0]

    @property
    def has_plain_texts(self) -> bool:
        """Whether some texts stand in a column without a language."""
        columns = [c for key in ("survey", "choices") for c in self.book.sheet(key).columns]
        return any(c.heading.field == "label" and not c.heading.language for c in columns)

    def languages(self) -> list[str]:
        """Every language of the form."""
        plain = [self.plain_language] if self.has_plain_texts else []
        return list(dict.fromkeys([*plain, *self.named_languages])) or [self.plain_language]

    def check_languages(self) -> None:
        """Bound their number and say which one unnamed columns count as."""
        if len(self.named_languages) > MAX_LANGUAGES:
            message = _("The workbook names more than {limit} languages.")
            shown = message.format(limit=MAX_LANGUAGES)
            self.report.problem("too_many_languages", shown, sheet="survey")
        if self.has_plain_texts and not self.settings.default_language:
            message = _("Texts in columns without a language are taken as “{language}”.")
            shown = message.format(language=FIRST_LANGUAGE)
            self.report.warn("plain_language", shown, sheet="survey", column="label")

    # --- the top of the spec ------------------------------------------------------------

    def top(self, stem: str, code: str | None) -> Json:
        """Everything of the spec that is not a question or a list."""
        languages = self.languages()
        plain = self.plain_language
        title = self.settings.title or self.settings.form_id or stem
        top: Json = {
            "schema": 1,
            "code": code or form_code(self.settings.form_id or stem),
            "labels": {code: title for code in (plain, FIRST_LANGUAGE) if code in languages},
            "languages": languages,
            "default_language": plain if plain in languages else languages[0],
        }
        if self.settings.ours:
            return {**top, **self.ours(plain), **({"code": code} if code else {})}
        if kept := self.settings.kept(self.book):
            top["workbook"] = kept
        return top

    def ours(self, plain: str) -> Json:
        """The top that our own export wrote; a title changed since wins."""
        ours = dict(self.settings.ours)
        labels = dict(ours.get("labels", {}))
        written = labels.get(plain) or ours.get("code", "")
        if self.settings.title and self.settings.title != written:
            labels[plain] = self.settings.title
        return {**ours, "labels": labels} if labels else ours

    # --- lists --------------------------------------------------------------------------

    def is_shared(self, code: str) -> bool:
        """Whether the list stays with the system: the workbook says so and it is there."""
        return code in self.settings.shared_lists and code in self.shared

    def read_lists(self, survey: Survey) -> Lists:
        """Lists by code: own sheets, then files that are only named."""
        self.call_lists(survey)
        choices = self.read_sheet("choices")
        external = self.read_sheet("external_choices")
        inside = set(choices)
        for code, rows in external.items():
            if choices.get(code, rows) != rows:
                self.rename_external(survey, code)
                code = f"{code}_external"
            choices[code] = rows
        self.keep_external(survey, set(choices) - inside)
        self.check_several(survey, choices)
        self.check_labels(survey, choices)
        self.check_references(survey)
        for name in named_files(walk(survey.nodes), survey.files):
            if name not in {*choices, *self.shared, *self.settings.elsewhere}:
                choices[name] = missing_file(name)
                message = _("The values of “{name}” are in a file that is not in the workbook.")
                self.report.warn("missing_file", message.format(name=name), sheet="survey")
        return choices

    def keep_external(self, survey: Survey, external: set[str]) -> None:
        """Remember the lists of the second sheet that no question takes from there."""
        used = {n["list"] for n in walk(survey.nodes) if n.get("list_source") == "external"}
        self.settings.external_lists = sorted(external - used)

    def check_several(self, survey: Survey, lists: Lists) -> None:
        """Several answers are written with spaces between, so no value may hold one."""
        for node in walk(survey.nodes):
            values = lists.get(node["list"], []) if node.get("type") in SEVERAL else []
            spaced = [row["name"] for row in values if " " in row["name"]]
            row = survey.row_of(node)
            if spaced and row:
                message = _(
                    "The value “{name}” of list “{list}” holds a space; several answers cannot."
                )
                shown = message.format(name=spaced[0][:80], list=node["list"])
                place = {"sheet": "survey", "row": row.number, "column": row.column("type")}
                self.report.problem("space_in_choice", shown, **place)

    def check_labels(self, survey: Survey, lists: Lists) -> None:
        """A list without any label shows nothing to choose."""
        for node in walk(survey.nodes):
            rows = [] if node.get("list_source") else lists.get(node.get("list", ""), [])
            row = survey.row_of(node)
            if row and rows and not any(SHOWN & set(value) for value in rows):
                message = _("No value of the list “{list}” has a label; write them.")
                place = {"sheet": "survey", "row": row.number, "column": row.column("type")}
                self.report.problem("no_labels", message.format(list=node["list"]), **place)

    def check_references(self, survey: Survey) -> None:
        """`${name}` in the label of a value names a field that is there."""
        sheet = self.book.sheet("choices")
        for row in sheet.rows:
            for column, text in row.cells.items():
                named = (
                    set(PLACEHOLDER.findall(text)) if column.heading.field == "label" else ()
                )
                for name in sorted(set(named) - survey.names):
                    message = _("There is no field “{name}”.").format(name=name[:80])
                    place = {"row": row.number, "column": column.title}
                    self.report.problem("unknown_field", message, sheet=sheet.name, **place)

    def read_sheet(self, key: str) -> Lists:
        """The lists of one sheet."""
        repeats = self.settings.may_repeat_choices or key == "external_choices"
        sheet = self.book.sheet(key)
        reader = ListsReader(
            sheet,
            self.plain_language,
            self.report,
            may_repeat=repeats,
            columns=self.settings.choice_columns,
            added=self.settings.added_choices,
        )
        names = self.settings.list_names
        return {names.get(code, code): rows for code, rows in reader.read().items()}

    def call_lists(self, survey: Survey) -> None:
        """Call lists as they were before an export."""
        for node in walk(survey.nodes):
            if "list" in node:
                node["list"] = self.settings.list_names.get(node["list"], node["list"])

    def rename_external(self, survey: Survey, code: str) -> None:
        """Two sheets may use one list name for different values."""
        for node in walk(survey.nodes):
            if node.get("list") == code and node.get("list_source") == "external":
                node["list"] = f"{code}_external"


def form_code(text: str) -> str:
    """A code from any text: "Köçmə (v2)" becomes "kocme_v2"."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")
    if not plain[:1].isalpha():
        plain = f"form_{plain}".rstrip("_")
    return plain[:63].rstrip("_")
