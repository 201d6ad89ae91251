"""The choices and external_choices sheets as lists of a spec."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.xlsform.columns import keyword
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.survey import YES, spare_title
from forms_builder.xlsform.workbook import Row, Sheet

ListRow = dict[str, Any]
Lists = dict[str, list[ListRow]]
# Words that a list's row uses for itself.
OWN = {"name", "labels", "retired"}
# The value that an export adds where other tools cannot add it themselves.
OTHER = "other"


class ListsReader:
    """Reads one sheet of choices."""

    def __init__(
        self,
        sheet: Sheet,
        plain_language: str,
        report: ImportReport,
        *,
        may_repeat: bool,
        columns: Mapping[str, str],
        added: Collection[str],
    ) -> None:
        """`columns` says which attribute a heading of an export means, `added` which lists got
        the value "other" for other tools only."""
        self.sheet, self.plain_language, self.report = sheet, plain_language, report
        self.may_repeat, self.columns, self.added = may_repeat, columns, added
        self.lists: Lists = {}
        self.first: dict[tuple[str, str], int] = {}

    def read(self) -> Lists:
        """Lists by code, values in order."""
        code = ""
        for row in self.sheet.rows:
            code = row.text("list_name")
            if code.startswith("#") or not code:
                self.leave_out(row)
            elif code in self.added and row.text("name") == OTHER:
                self.lists.setdefault(code, [])
            else:
                self.add(code, row)
        return self.lists

    def leave_out(self, row: Row) -> None:
        """A row without a list is a comment; say so for each cell."""
        for column, value in row.cells.items():
            if column.heading.text:
                message = _("The row names no list, so “{text}” is left out.")
                self.report.warn(
                    "comment_row",
                    message.format(text=value[:80]),
                    sheet=self.sheet.name,
                    row=row.number,
                    column=column.title,
                )

    def add(self, code: str, row: Row) -> None:
        """One value of a list."""
        name = row.text("name")
        if breach := self.breach(code, name, row):
            kind, message = breach
            place = {"sheet": self.sheet.name, "row": row.number, "column": row.column("name")}
            self.report.problem(kind, message, **place)
        self.lists.setdefault(code, []).append(self.value(name, row))

    def breach(self, code: str, name: str, row: Row) -> tuple[str, str] | None:
        """What is wrong with a value's name."""
        if not name:
            return "name", _("The value has no name.")
        first = self.first.setdefault((code, name), row.number)
        if first != row.number and not self.may_repeat:
            message = _("“{name}” stands in list “{list}” already (row {row}).")
            return "duplicate_choice", message.format(name=name, list=code, row=first)
        return None

    def value(self, name: str, row: Row) -> ListRow:
        """A value with its labels and attributes."""
        value: ListRow = {"name": name}
        if any(letter.isspace() for letter in name):
            message = _("“{name}” holds a space; only questions with one answer may use it.")
            place = {"sheet": self.sheet.name, "row": row.number, "column": row.column("name")}
            self.report.warn("space_in_choice", message.format(name=name[:80]), **place)
        for column, text in row.cells.items():
            heading = column.heading
            if heading.field == "label":
                language = heading.language or self.plain_language
                if value.setdefault("labels", {}).setdefault(language, text) != text:
                    value[spare_title(column)] = text
                    message = _(
                        "There is another text in this language; “{text}” is kept unused."
                    )
                    place = {
                        "sheet": self.sheet.name,
                        "row": row.number,
                        "column": column.title,
                    }
                    shown = message.format(text=text[:80])
                    self.report.warn("second_text", shown, **place)
            elif heading.field == "dayaq_retired":
                value["retired"] = keyword(text) in YES
            elif heading.text and heading.field not in ("list_name", "name"):
                written = self.columns.get(heading.text) or attribute_name(heading.text)
                value[written] = text
        return value


def attribute_name(heading: str) -> str:
    """The attribute that a column becomes; our own words give way."""
    return f"{heading}_" if heading in OWN else heading


def missing_file(name: str) -> list[ListRow]:
    """A list whose values lie in a file that is not in the workbook: nothing to choose yet."""
    return [{"name": name, "labels": {"az": name}, "file": name, "retired": True}]


def is_missing_file(rows: Iterable[ListRow]) -> bool:
    """Whether a list is what `missing_file` makes."""
    return any("file" in row and row.get("retired") for row in rows)
