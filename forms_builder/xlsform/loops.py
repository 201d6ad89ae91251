"""`begin loop over LIST`: a group for every value of a list, written out before reading."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from forms_builder.xlsform.columns import Heading, keyword
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.workbook import Column, Row, Sheet

MAX_ROWS = 20_000
_OVER = " over "


def written_out(sheet: Sheet, choices: Sheet, report: ImportReport) -> Sheet:
    """`sheet` without loops; each stands as a group that holds a group for every value.

    Rows keep the numbers of the rows that they were made from.
    """
    if not any(_is(row, "begin") for row in sheet.rows):
        return sheet
    writer = LoopWriter(sheet, choices, report)
    rows = writer.rows(list(sheet.rows))
    if len(rows) > MAX_ROWS:
        message = _("The loops make more than {limit} rows.").format(limit=MAX_ROWS)
        report.problem("too_many_rows", message, sheet=sheet.name)
        return replace(sheet, rows=())
    return replace(sheet, rows=tuple(rows))


def _is(row: Row, edge: str) -> bool:
    words = keyword(row.text("type")).replace("_", " ").split(" ")
    return words[:2] == [edge, "loop"]


class LoopWriter:
    """Repeats the rows of a loop for every value of its list."""

    def __init__(self, sheet: Sheet, choices: Sheet, report: ImportReport) -> None:
        self.sheet, self.choices, self.report = sheet, choices, report
        self.made = 0

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """`rows` with their loops written out, inner ones first repeated by outer ones."""
        done: list[Row] = []
        index = 0
        while index < len(rows) and self.made <= MAX_ROWS:
            end = _end(rows, index) if _is(rows[index], "begin") else None
            if end is None:
                done.append(rows[index])
            else:
                done += self.loop(rows[index], rows[index + 1 : end], rows[end])
                index = end
            index += 1
        return done

    def loop(self, begin: Row, inside: Sequence[Row], end: Row) -> list[Row]:
        """One loop as groups."""
        code = " ".join(begin.text("type").split()).partition(_OVER)[2].strip()
        values = [row for row in self.choices.rows if row.text("list_name") == code]
        if not code or not values:
            message = _("The loop goes over “{list}”, which is no list of this workbook.")
            self.tell("problem", "unknown_list", message.format(list=code), begin)
        else:
            message = _("The loop is written out as {count} groups.")
            self.tell("warn", "loop", message.format(count=len(values)), begin)
        body = self.rows(inside)
        if not values:  # refused already; what is inside is checked all the same
            return [self.typed(begin, "begin group"), *body, self.typed(end, "end group")]
        self.made += len(values) * (len(body) + 2)
        if self.made > MAX_ROWS:
            return [begin] * (MAX_ROWS + 1)
        parts = [self.group(value, begin, body, end) for value in values]
        return [
            self.typed(begin, "begin group"),
            *(row for part in parts for row in part),
            self.typed(end, "end group"),
        ]

    def group(self, value: Row, begin: Row, body: Sequence[Row], end: Row) -> list[Row]:
        """The group of one value."""
        cells = {self.column("type"): "begin group", self.column("name"): value.text("name")}
        for column in self.sheet.columns:
            if column.heading.field == "label":
                cells[column] = label_in(value, column.heading.language)
        return [
            Row(begin.number, cells),
            *(filled(row, value) for row in body),
            Row(end.number, {self.column("type"): "end group"}),
        ]

    def column(self, field: str) -> Column:
        """The column of `field`; a sheet without names has none of its own for them."""
        found = (c for c in self.sheet.columns if c.heading.field == field)
        return next(found, Column("", Heading(field, field)))

    def typed(self, row: Row, kind: str) -> Row:
        """`row` with another type."""
        return replace(row, cells={**row.cells, self.column("type"): kind})

    def tell(self, how: str, code: str, message: str, row: Row) -> None:
        """Note something at the loop's own row."""
        place = {"sheet": self.sheet.name, "row": row.number, "column": row.column("type")}
        note = self.report.problem if how == "problem" else self.report.warn
        note(code, message, **place)


def _end(rows: Sequence[Row], begin: int) -> int | None:
    """Where the loop that begins at `begin` ends."""
    depth = 0
    for index in range(begin, len(rows)):
        depth += _is(rows[index], "begin") - _is(rows[index], "end")
        if depth == 0:
            return index
    return None


def label_in(value: Row, language: str) -> str:
    """The label of a value in a language, else the first it has, else its name."""
    labels = {
        c.heading.language: t for c, t in value.cells.items() if c.heading.field == "label"
    }
    return labels.get(language) or next(iter(labels.values()), value.text("name"))


def filled(row: Row, value: Row) -> Row:
    """`row` with %(name)s and %(label)s of the value in its texts."""
    return replace(row, cells={c: fill(t, words(value, c)) for c, t in row.cells.items()})


def words(value: Row, column: Column) -> Mapping[str, str]:
    """What stands for what in a cell of `column`."""
    return {"name": value.text("name"), "label": label_in(value, column.heading.language)}


def fill(text: str, names: Mapping[str, str]) -> str:
    """`text` with its %(word)s replaced."""
    for word, shown in names.items():
        text = text.replace(f"%({word})s", shown)
    return text
