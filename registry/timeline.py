"""Everything that happened to a record, as one list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.shared.labels import pick
from forms_builder.selectors import ListSnapshot, form_version_by_pk
from registry import access
from registry.differences import Difference, attribute_differences, submission_diff
from registry.models import (
    ChangeKind,
    HistoricalRecord,
    HistoricalRecordLink,
    HistoricalSubmission,
    Record,
)
from registry.rules import RuleBook, Rules, rule_book

# The rows that one act wrote share these: the time is the database's, of the transaction.
ACT = ("recorded_at", "actor_name", "submission_uuid")

# Written out: to compose such wide statements costs Django several times what PostgreSQL
# needs to answer them, and a record page asks all four.
RECORD_ROWS = """
SELECT * FROM registry_historicalrecord
WHERE id = %(record)s AND row_version >= %(since)s ORDER BY history_id
"""
SUBMISSION_ROWS = """
SELECT past.* FROM registry_historicalsubmission past
LEFT JOIN registry_submission present ON present.id = past.id
WHERE past.record_id = %(record)s
  AND (%(most)s::int IS NULL OR past.row_version >= present.row_version - %(most)s::int)
ORDER BY past.history_id
"""
LINK_ROWS = """
SELECT * FROM registry_historicalrecordlink
WHERE source_id = %(record)s OR target_id = %(record)s ORDER BY history_id
"""
ACTS = """
SELECT recorded_at, actor_name, submission_uuid
FROM registry_historicalrecord WHERE id = %(record)s
UNION
SELECT recorded_at, actor_name, submission_uuid
FROM registry_historicalsubmission WHERE record_id = %(record)s
"""


@dataclass
class Event:
    """One act on a record: who, when, why, and what it changed, masked for the reader.

    `at` is the time of the act, `recorded_at` the database's. `row` is the history row of the
    record, `submission_row` that of the submission; either may be None. `summary` are lines
    such as a change of status; `differences` are the fields.
    """

    kind: str
    at: datetime
    recorded_at: datetime
    actor_name: str
    actor_role: str
    organization: str
    channel: str
    reason_code: str
    reason: str
    legal_from: date | None
    form_code: str
    form_number: int | None
    form_title: str = ""
    submission_uuid: UUID | None = None
    row: Any = None
    submission_row: Any = None
    link_rows: list[Any] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def act(self) -> tuple[Any, ...]:
        """What tells this act from others, as `ACT` names it."""
        return (self.recorded_at, self.actor_name, self.submission_uuid)

    @property
    def kind_label(self) -> str:
        """What sort of act it was, in the active language."""
        return str(ChangeKind(self.kind).label)


def record_timeline(user: access.Visitor, record: Record) -> list[Event]:
    """All acts on `record`, its submissions and links, the newest first; masked for `user`.

    None for a reader of agreed fields, who reads no history.
    The number of queries does not depend on how much happened.
    """
    return newest_events(user, record, None)[0]


def newest_events(
    user: access.Visitor, record: Record, most: int | None
) -> tuple[list[Event], int]:
    """The newest `most` acts on `record` (None: all), and how many there were before them.

    Only what they are made of and compared with is read, however much happened before.
    """
    book = rule_book()
    rules = book.by_id[record.register_id]
    fields = access.fields_for(user, record, rules)
    if fields.is_partial:
        return [], 0
    rows, submissions = _record_rows(record, most), submission_rows(record, most)
    events = _events([*rows, *submissions, *_link_rows(record)])
    _name_links(events, user, record, book)
    events = [event for event in events if event.row or event.submission_row or event.summary]
    events.sort(key=lambda event: (event.at, event.recorded_at), reverse=True)
    shown = events[:most]
    language, choices = get_language() or "az", ListSnapshot().choices
    _compare_submissions(shown, submissions, fields, language, choices)
    _compare_records(shown, rows, rules, fields, language, choices)
    total = _count(record, events) if _is_cut(rows, submissions) else len(events)
    return shown, total - len(shown)


def _is_cut(*read: Sequence[Any]) -> bool:
    """Whether there are rows before the first of those that were read."""
    first: dict[tuple[type, int], int] = {}
    for row in chain(*read):
        first.setdefault((type(row), row.id), row.row_version)
    return any(version > 1 for version in first.values())


def _count(record: Record, events: Iterable[Event]) -> int:
    """How many acts there were: these events, and those whose rows were not read."""
    with connection.cursor() as cursor:
        cursor.execute(ACTS, {"record": record.pk})
        return len({*cursor.fetchall(), *(event.act for event in events)})


def _record_rows(record: Record, most: int | None) -> list[Any]:
    """The record's history, oldest first: the newest `most` rows and the one before them."""
    since = record.row_version - most if most else 0
    wanted = {"record": record.pk, "since": since}
    return list(HistoricalRecord.objects.raw(RECORD_ROWS, wanted))


def submission_rows(record: Record, most: int | None = None) -> list[Any]:
    """The history of the record's submissions, oldest first, with their form versions.

    Of each submission the newest `most` rows and the one before them.
    """
    wanted = {"record": record.pk, "most": most}
    return with_versions(HistoricalSubmission.objects.raw(SUBMISSION_ROWS, wanted))


def with_versions(rows: Iterable[Any]) -> list[Any]:
    """Submissions or rows of their history with form versions from memory: a form is large,
    and one that twenty rows share would be read and parsed twenty times."""
    found = list(rows)
    for row in found:
        row.form_version = form_version_by_pk(row.form_version_id)
    return found


def _link_rows(record: Record) -> Iterable[Any]:
    rows: Iterable[Any] = HistoricalRecordLink.objects.raw(LINK_ROWS, {"record": record.pk})
    return rows


def _events(rows: Iterable[Any]) -> list[Event]:
    """One event per act: the rows that one act wrote share the database's time."""
    found: dict[tuple[Any, ...], Event] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in ACT)
        event = found.setdefault(key, _event(row))
        if isinstance(row, HistoricalRecord):
            event.row, event.kind = row, row.change_kind
        elif isinstance(row, HistoricalSubmission):
            event.submission_row = row
            event.form_title = row.form_version.title
        else:
            event.link_rows.append(row)
    return list(found.values())


def _event(row: Any) -> Event:
    return Event(
        kind=row.change_kind,
        at=row.history_date,
        recorded_at=row.recorded_at,
        actor_name=row.actor_name,
        actor_role=row.actor_role,
        organization=row.actor_organization_title,
        channel=row.channel,
        reason_code=row.reason_code,
        reason=row.reason,
        legal_from=row.legal_from,
        form_code=row.form_code,
        form_number=row.form_number,
        submission_uuid=row.submission_uuid,
    )


def _compare_submissions(
    events: Sequence[Event],
    rows: Sequence[Any],
    fields: access.Fields,
    language: str,
    choices: Any,
) -> None:
    """What an amendment changed; the first state of a submission is no change."""
    before: dict[int, Any] = {}
    of_row = {event.submission_row.pk: event for event in events if event.submission_row}
    for row in rows:
        previous = before.get(row.id)
        if previous is not None and row.pk in of_row:
            of_row[row.pk].differences = submission_diff(
                previous, row, language, fields, choices
            )
        before[row.id] = row


def _compare_records(
    events: Sequence[Event],
    rows: Sequence[Any],
    rules: Rules,
    fields: access.Fields,
    language: str,
    choices: Any,
) -> None:
    """Status, assignee and attributes from one version of the record to the next."""
    of_row = {event.row.pk: event for event in events if event.row}
    names = _user_names(rows)
    for old, new in pairwise(rows):
        if (event := of_row.get(new.pk)) is None:
            continue
        event.summary = [*_moves(old, new, rules, names), *event.summary]
        if not event.differences:
            event.differences = attribute_differences(
                rules, old.attributes, new.attributes, language, fields, choices
            )


def _moves(old: Any, new: Any, rules: Rules, names: dict[int, str]) -> list[str]:
    lines = []
    if old.status != new.status:
        states = {
            "old": rules.status_label(old.status),
            "new": rules.status_label(new.status),
        }
        lines.append(_("Status: %(old)s → %(new)s") % states)
    if old.assignee_id != new.assignee_id:
        people = {
            "old": names.get(old.assignee_id, "–"),
            "new": names.get(new.assignee_id, "–"),
        }
        lines.append(_("Assigned to: %(old)s → %(new)s") % people)
    return lines


def _user_names(rows: Sequence[Any]) -> dict[int, str]:
    """The names of the assignees, as they are called today."""
    pks = {row.assignee_id for row in rows} - {None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=pks)} if pks else {}


def _name_links(
    events: Sequence[Event], user: access.Visitor, record: Record, book: RuleBook
) -> None:
    """Say which record was linked, by its number where the reader may see it."""
    rows = [row for event in events for row in event.link_rows]
    if not rows:
        return
    others = {row.source_id for row in rows} | {row.target_id for row in rows}
    visible = access.records_for(user).filter(pk__in=others)
    keys = dict(visible.values_list("pk", "key"))
    labels = _link_labels(rows, book)
    for event in events:
        for row in event.link_rows:
            other = row.target_id if row.source_id == record.pk else row.source_id
            if row.target_id == record.pk and other not in keys:
                continue  # that a hidden record speaks of this one is hidden too
            words = {"kind": labels.get(row.kind, row.kind), "key": keys.get(other, "•••")}
            if row.valid_to is None:
                event.summary.append(_("Linked to %(key)s (%(kind)s)") % words)
            else:
                ended = {**words, "day": f"{row.valid_to:%d.%m.%Y}"}
                event.summary.append(_("Linked to %(key)s (%(kind)s) until %(day)s") % ended)


def _link_labels(rows: Sequence[Any], book: RuleBook) -> dict[str, str]:
    kinds = {row.kind for row in rows}
    return {
        name: pick(kind.labels) or name
        for rules in book
        for name, kind in rules.links.items()
        if name in kinds
    }
