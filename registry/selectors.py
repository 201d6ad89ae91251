"""Every read: lists, records, people, history. Readers get what `access` gives them."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from config.accounts.models import User
from config.accounts.selectors import people
from config.shared.moments import read_moment
from config.shared.text import alphabetically
from content.models import Place
from content.selectors import all_organizations, all_places
from forms_builder.models import FormVersion
from forms_builder.offered import offered_forms
from forms_builder.rendering.words import Choices
from forms_builder.selectors import ListSnapshot, form_version_by_pk
from registry import access
from registry.differences import Difference, attribute_text, submission_diff
from registry.history_search import (
    Entry,
    HistoryQuery,
    change_of,
    history_search,
    record_with_history,
)
from registry.kinds import SEARCH_COLUMNS, SYSTEM_COLUMNS
from registry.models import Record, Register, Submission
from registry.people import PersonView, person_view
from registry.rules import Rules, rule_book
from registry.search import matching, words_of
from registry.timeline import Event, newest_events, record_timeline, with_versions

MOST_ROWS = 200
# Written out: every record page asks, and composing costs more than answering.
SUBMISSIONS = """
SELECT * FROM registry_submission WHERE record_id = %(record)s ORDER BY submitted_at, id
"""


# What every row begins with, whatever the columns of its register.
SHOWN_FIRST = frozenset({"key", "title", "status"})


@dataclass(frozen=True)
class Column:
    """One column of a register's list, beside those shown first."""

    name: str
    label: str


@dataclass(frozen=True)
class Cell:
    """One value in words, with its column's label; `is_masked` when it may not be seen."""

    label: str
    text: str
    is_masked: bool = False


@dataclass(frozen=True)
class Row:
    """One record of a list, as its reader may see it; a cell for each column."""

    record: Record
    title: str
    status: str
    cells: list[Cell]
    fields: access.Fields


@dataclass(frozen=True)
class RecordPage:
    """A page of a register; `next` is the cursor of the page after it, "" at the end."""

    rules: Rules
    columns: list[Column]
    rows: list[Row]
    next: str
    is_sorted_by_title: bool


class BadCursor(ValueError):
    """The address of a page was not one that we gave out."""


def registers_for(user: access.Visitor) -> list[Rules]:
    """The registers of which `user` may read at least some records, by title."""
    rights = access.rights_of(user)
    found = [rules for rules in rule_book() if access.grants(rights, rules, ["read"])]
    return alphabetically(found)


def audited_registers(user: access.Visitor) -> list[Rules]:
    """The registers whose whole history `user` may read, by title."""
    rights = access.rights_of(user)
    found = [rules for rules in rule_book() if access.grants(rights, rules, ["audit"])]
    return alphabetically(found)


def rules_for(user: access.Visitor, code: str) -> Rules:
    """A register that `user` may read. Raises Register.DoesNotExist, also when it is hidden."""
    rules = rule_book().by_code.get(code)
    if rules is None or not access.grants(access.rights_of(user), rules, ["read"]):
        raise Register.DoesNotExist(code)
    return rules


def records_list(
    user: access.Visitor,
    register: str | Register,
    *,
    query: str = "",
    status: str = "",
    district: str = "",
    mine: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> RecordPage:
    """A page of the register's records that `user` may see.

    `query` finds by folded name, number or FIN; `district` is the code of a district or
    region; `mine` keeps to those assigned to the reader. With a query, or without, records
    come by title if the reader may read every title, else the newest first.

    Raises Register.DoesNotExist and BadCursor.
    """
    code = register if isinstance(register, str) else register.code
    rules = rules_for(user, code)
    by_title = may_sort_by_title(user, rules)
    records = filtered(user, rules, query=query, status=status, district=district, mine=mine)
    limit = max(1, min(limit, MOST_ROWS))
    records = loaded(_from_cursor(records, by_title, cursor), rules.list_columns)
    found = list(records[: limit + 1])
    rows, more = found[:limit], len(found) > limit
    columns = columns_of(rules)
    return RecordPage(
        rules=rules,
        columns=columns,
        rows=shown(user, rules, rows, columns),
        next=_cursor(rows[-1], by_title) if more else "",
        is_sorted_by_title=by_title,
    )


def filtered(
    user: access.Visitor,
    rules: Rules,
    *,
    query: str = "",
    status: str = "",
    district: str = "",
    mine: bool = False,
) -> QuerySet[Record]:
    """The visible records of one register that pass the filters."""
    # Nobody finds a record by what is hidden from them: of a referred one, status and place.
    scopes = access.DIRECT_SCOPES if status or district else access.ALL_SCOPES
    condition = access.condition_for(user, register=rules.code, scopes=scopes)
    records = Record.objects.filter(condition) if condition else Record.objects.none()
    if query.strip():
        records = records & matching(user, query, register=rules.code)
    if status:
        records = records.filter(status=status)
    if district:
        places = Place.objects.filter(
            Q(code=district) | Q(parent__code=district) | Q(parent__parent__code=district)
        )
        records = records.filter(district__in=places.values("pk"))
    if mine:
        records = records.filter(assignee=user.pk if isinstance(user, User) else None)
    return records


def loaded(records: QuerySet[Record], columns: Iterable[str] = ()) -> QuerySet[Record]:
    """The records without what only searching reads, and with the people `columns` name.

    Those come by a query of their own: a page has few, and a join costs more.
    """
    rows = ["assignee"] if "assignee" in columns else []
    return records.defer(*SEARCH_COLUMNS, "title_fold").prefetch_related(*rows)


def _place(records: Iterable[Record]) -> None:
    """Give each record its district and organization, from memory."""
    places, organizations = all_places(), all_organizations()
    for record in records:
        if record.district_id:
            Record.district.field.set_cached_value(record, places[record.district_id])
        if record.organization_id:
            body = organizations[record.organization_id]
            Record.organization.field.set_cached_value(record, body)


def may_sort_by_title(user: access.Visitor, rules: Rules) -> bool:
    """Whether the reader may read every title they list; the order would tell the rest."""
    reading = access.grants(access.rights_of(user), rules, ["read"])
    return bool(rules.title_template) and all(
        grant.rule.rank >= rules.title_rank and grant.rule.scope != access.REFERRED
        for grant in reading
    )


def _from_cursor(records: QuerySet[Record], by_title: bool, cursor: str) -> QuerySet[Record]:
    """Records after the cursor, in order; no page costs more than the first."""
    if by_title:
        ordered = records.order_by("title_sort", "pk")
        if not cursor:
            return ordered
        title, pk = _read_cursor(cursor)
        return ordered.filter(Q(title_sort__gt=title) | Q(title_sort=title, pk__gt=pk))
    ordered = records.order_by("-created_at", "-pk")
    if not cursor:
        return ordered
    text, pk = _read_cursor(cursor)
    if (moment := read_moment(text)) is None:
        raise BadCursor(cursor)
    return ordered.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=pk))


def _cursor(record: Record, by_title: bool) -> str:
    place = record.title_sort if by_title else record.created_at.isoformat()
    return base64.urlsafe_b64encode(json.dumps([place, record.pk]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, int]:
    try:
        place, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        str(place).encode()  # half a character is none
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(place, str) or not isinstance(pk, int) or "\0" in place:
        raise BadCursor(cursor)
    return place, pk


def columns_of(rules: Rules) -> list[Column]:
    """The columns of the register's list with their labels in the active language."""
    names = [name for name in rules.list_columns if name not in SHOWN_FIRST]
    return [Column(name, _column_label(rules, name)) for name in names]


def _column_label(rules: Rules, name: str) -> str:
    if name in rules.attributes and name != "district":
        return rules.attributes[name].label
    return str(SYSTEM_COLUMNS.get(name, name))


def shown(
    user: access.Visitor,
    rules: Rules,
    records: Sequence[Record],
    columns: Sequence[Column] = (),
) -> list[Row]:
    """Records of one register as rows, masked for the reader; no query per row."""
    _place(records)
    words = Words(rules, ListSnapshot().choices, get_language() or "az")
    each = zip(records, access.fields_of_each(user, records, rules), strict=True)
    return [
        _row(rules, record, fields, [words.cell(record, fields, one) for one in columns])
        for record, fields in each
    ]


def _row(rules: Rules, record: Record, fields: access.Fields, cells: list[Cell]) -> Row:
    title = fields.title(record, rules)
    status = rules.status_label(record.status) if fields.knows("status") else ""
    return Row(record, title, status, cells, fields)


@dataclass(frozen=True)
class Words:
    """What the cells of one register are worded with."""

    rules: Rules
    choices: Choices
    language: str

    def cell(self, record: Record, fields: access.Fields, column: Column) -> Cell:
        """What the reader sees of `record` in a column."""
        if column.name in SYSTEM_COLUMNS:
            is_known = fields.knows(column.name)
            return Cell(column.label, _system_text(record, column.name) if is_known else "")
        attribute = self.rules.attributes[column.name]
        value = record.attributes.get(column.name)
        if fields.readable(attribute):
            text = attribute_text(attribute, value, self.choices, self.language)
            return Cell(column.label, text)
        is_masked = value not in (None, "") and not fields.is_partial
        return Cell(column.label, access.MASKED if is_masked else "", is_masked)


def _system_text(record: Record, name: str) -> str:
    value = getattr(record, name)
    if name in ("created_at", "updated_at"):
        return f"{timezone.localdate(value):%d.%m.%Y}"
    return "" if value is None else str(value)


def attributes_in_words(
    rules: Rules, record: Record, fields: access.Fields
) -> list[tuple[str, str]]:
    """(label, text) of every attribute that the record has, masked for the reader."""
    choices, language = ListSnapshot().choices, get_language() or "az"
    known = fields.attributes(record, rules)
    return [
        (
            rules.attributes[name].label,
            attribute_text(rules.attributes[name], value, choices, language),
        )
        for name, value in known.items()
    ]


def record_for(user: access.Visitor, uuid: UUID, purpose: str = "read") -> Record:
    """One record. Raises Record.DoesNotExist also when it is hidden.

    People are read when they are asked for: joining them costs several times more.
    """
    found = access.records_for(user, purpose).get(uuid=uuid)
    _place([found])
    return found


def submissions_of(record: Record, reader: access.Visitor) -> list[Submission]:
    """The record's submissions with form versions and who sent them, oldest first."""
    rows = with_versions(Submission.objects.raw(SUBMISSIONS, {"record": record.pk}))
    senders = people((row.submitted_by_id for row in rows), reader)
    for row in rows:
        if row.submitted_by_id:
            row.submitted_by = senders[row.submitted_by_id]
    return rows


def receipt(user: User, uuid: UUID) -> Submission:
    """The user's own submission, also when the record is not theirs to read.

    Raises Submission.DoesNotExist.
    """
    rows = Submission.objects.select_related("form_version", "record__register")
    return rows.get(uuid=uuid, submitted_by=user)


def forms_for(user: access.Visitor, register: str, mode: str) -> list[FormVersion]:
    """The newest versions of live forms of a register that `user` may fill, by title."""
    versions = [
        form_version_by_pk(form.version_id)
        for form in offered_forms()
        if (form.settings.get("register"), form.settings.get("mode")) == (register, mode)
    ]
    found = [version for version in versions if access.may_fill(user, version.spec)]
    return alphabetically(found, lambda version: version.title)


def search_everywhere(
    user: access.Visitor, query: str, *, limit: int = 30
) -> list[tuple[Rules, Row]]:
    """Visible records of every register that `query` finds, the newest first, without cells."""
    if not words_of(query):
        return []
    book = rule_book()
    found = matching(user, query).order_by("-created_at", "-pk")
    records = list(loaded(found)[:limit])
    _place(records)
    access.note_referred(user, records, book)
    return [
        (rules, _row(rules, record, access.fields_for(user, record, rules), []))
        for record in records
        for rules in [book.by_id[record.register_id]]
    ]


def statuses_of(rules: Rules) -> Iterable[tuple[str, str]]:
    """(code, label) of every status, for a filter."""
    return [(status.name, status.label) for status in rules.statuses.values()]


__all__ = [
    "BadCursor",
    "Cell",
    "Column",
    "Difference",
    "Entry",
    "Event",
    "HistoryQuery",
    "PersonView",
    "RecordPage",
    "Row",
    "attributes_in_words",
    "audited_registers",
    "change_of",
    "columns_of",
    "filtered",
    "forms_for",
    "history_search",
    "may_sort_by_title",
    "newest_events",
    "person_view",
    "receipt",
    "record_for",
    "record_timeline",
    "record_with_history",
    "records_list",
    "registers_for",
    "rules_for",
    "search_everywhere",
    "shown",
    "statuses_of",
    "submission_diff",
    "submissions_of",
]
