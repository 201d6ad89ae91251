"""The auditor's question: who changed what, when, of whom, in which field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.fields.json import KeyTransform

from config.shared.db import Folded
from config.shared.text import fold
from registry import access
from registry.kinds import RANKS
from registry.models import ChangeKind, HistoricalRecord, HistoricalSubmission, Record
from registry.rules import PERSONS, Rules, rule_book
from registry.search import matching

MOST_ENTRIES = 200
OF_EVERY_RECORD = ("status", "assignee_id")
WHATS = ("record", "submission")  # what changed; of one moment in this order


@dataclass(frozen=True)
class Entry:
    """One history row that was found. `what` is "record" or "submission"."""

    what: str
    row: Any
    record: Record
    rules: Rules
    title: str

    @property
    def kind_label(self) -> str:
        """What sort of change it was."""
        return str(ChangeKind(self.row.change_kind).label)


@dataclass(frozen=True)
class Mark:
    """The last entry of a page, behind which the next page begins: the time of the change and
    of the recording, and which row of WHATS it is. One act writes several rows at once."""

    at: datetime
    recorded_at: datetime
    what: str
    history_id: int


@dataclass(frozen=True)
class HistoryQuery:
    """What to search for; empty parts do not restrict.

    `person` is a name, number or FIN; `user_id` who changed it; `field` an attribute or a
    question; `since` and `until` limit the time of the change (until is exclusive);
    `before` is the last entry of the page before.
    """

    person: str = ""
    user_id: int | None = None
    actor_name: str = ""
    field: str = ""
    register: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: Mark | None = None
    request_id: str = ""


def history_search(
    user: access.Visitor, query: HistoryQuery, *, limit: int = 50
) -> list[Entry]:
    """Changes of records that `user` may audit, the newest first.

    A change of a field is found only when the auditor may read that field's register so far.
    """
    limit = max(1, min(limit, MOST_ENTRIES))
    records = _audited(user, query, _rank_of(query))
    # A question of that name may be sensitive in one of the forms.
    answered = _audited(user, query, RANKS["sensitive"]) if query.field else records
    found = merge(
        _rows(HistoricalRecord, "id", "attributes", records, query)[:limit],
        _rows(HistoricalSubmission, "record_id", "answers", answered, query)[:limit],
        key=lambda row: (row.history_date, row.recorded_at),
        reverse=True,
    )
    return _entries(user, list(islice(found, limit)))


def _rank_of(query: HistoryQuery) -> int:
    """What one must be able to read: a hit tells that the field changed."""
    if not query.field or query.field in OF_EVERY_RECORD:
        return RANKS["public"]
    rules = rule_book().by_code.get(query.register)
    known = rules.attributes.get(query.field) if rules else None
    return known.rank if known else RANKS["sensitive"]


def _audited(user: access.Visitor, query: HistoryQuery, rank: int) -> QuerySet[Record]:
    """The records whose history may be searched by who reads fields up to `rank`."""
    # Of what was referred, only agreed fields are readable, and no history.
    condition = access.condition_for(
        user, "audit", rank=rank, register=query.register, scopes=access.DIRECT_SCOPES
    )
    if condition is None:
        return Record.objects.none()
    records = Record.objects.filter(condition)
    if query.person.strip():
        people = matching(user, query.person)
        persons = people.filter(register__code=PERSONS)
        records = records.filter(
            Q(pk__in=people.values("pk")) | Q(person__in=persons.values("pk"))
        )
    return records


def _rows(
    model: type[Model],
    record_column: str,
    json_column: str,
    records: QuerySet[Record],
    query: HistoryQuery,
) -> QuerySet[Any]:
    rows = model._default_manager.filter(**{f"{record_column}__in": records.values("pk")})
    if query.user_id is not None:
        rows = rows.filter(history_user_id=query.user_id)
    if query.actor_name.strip():
        rows = rows.alias(who=Folded("actor_name")).filter(who__contains=fold(query.actor_name))
    if query.kind:
        rows = rows.filter(change_kind=query.kind)
    if query.request_id:
        rows = rows.filter(request_id=query.request_id)
    if query.since is not None:
        rows = rows.filter(history_date__gte=query.since)
    if query.until is not None:
        rows = rows.filter(history_date__lt=query.until)
    if query.before is not None:
        what = WHATS[model is HistoricalSubmission]
        rows = rows.filter(_behind(query.before, what))
    if query.field:
        rows = _changing(rows, model, json_column, query.field)
    return rows.order_by("-history_date", "-recorded_at", "-history_id")


def _behind(mark: Mark, what: str) -> Q:
    """The rows of `what` that come after the marked one in the order of the list."""
    together = Q(history_date=mark.at, recorded_at=mark.recorded_at)
    earlier = Q(history_date__lt=mark.at) | Q(
        history_date=mark.at, recorded_at__lt=mark.recorded_at
    )
    if what == mark.what:
        return earlier | (together & Q(history_id__lt=mark.history_id))
    return earlier | together if WHATS.index(what) > WHATS.index(mark.what) else earlier


def _changing(
    rows: QuerySet[Any], model: type[Model], json_column: str, field: str
) -> QuerySet[Any]:
    """Rows whose value of `field` is not that of the version before."""
    if field.lstrip("-").isdecimal():
        return rows.none()  # no field is called so, and JSON would take it for a place
    previous = model._default_manager.filter(
        id=OuterRef("id"), row_version=OuterRef("row_version") - 1
    )
    now: Any = KeyTransform(field, json_column)
    if field in OF_EVERY_RECORD and json_column == "attributes":
        now = F(field)
    changed: QuerySet[Any] = rows.annotate(
        _before=Subquery(previous.annotate(_then=now).values("_then")[:1]),
        _now=now,
    ).filter(
        Func(
            F("_before"),
            F("_now"),
            template="(%(expressions)s)",
            arg_joiner=" IS DISTINCT FROM ",
            output_field=BooleanField(),
        )
    )
    return changed


def _entries(user: access.Visitor, rows: Sequence[Any]) -> list[Entry]:
    pks = {_record_of(row) for row in rows}
    found = Record.objects.select_related("register", "district__parent__parent")
    records = found.in_bulk(pks)
    book, entries = rule_book(), []
    access.note_referred(user, list(records.values()), book)
    for row in rows:
        record = records[_record_of(row)]
        rules = book.by_id[record.register_id]
        title = access.fields_for(user, record, rules).title(record, rules)
        what = "record" if isinstance(row, HistoricalRecord) else "submission"
        entries.append(Entry(what, row, record, rules, title))
    return entries


def _record_of(row: Any) -> int:
    pk: int = row.id if isinstance(row, HistoricalRecord) else row.record_id
    return pk


def record_with_history(user: access.Visitor, **which: Any) -> Record:
    """The record whose history `user` may audit or read. Raises Record.DoesNotExist.

    Whoever reads agreed fields only, because it was referred, reads no history.
    """
    audited, readable = (access.records_for(user, purpose) for purpose in ("audit", "read"))
    same = {"pk": OuterRef("pk")}
    record = (
        Record.objects.filter(Exists(audited.filter(**same)) | Exists(readable.filter(**same)))
        .select_related("register", "district__parent__parent", "person")
        .get(**which)
    )
    if access.fields_for(user, record).is_partial:
        raise Record.DoesNotExist(f"no history of {record.pk}")
    return record


def change_of(user: access.Visitor, what: str, history_id: int) -> tuple[Any, Any, Record]:
    """(row before or None, row, record) of one change that `user` may audit or read.

    Raises Record.DoesNotExist when there is none or it is hidden.
    """
    model: Any = {"record": HistoricalRecord, "submission": HistoricalSubmission}.get(what)
    row = model.objects.filter(pk=history_id).first() if model else None
    if row is None:
        raise Record.DoesNotExist(f"{what} {history_id}")
    record = record_with_history(user, pk=_record_of(row))
    before = model.objects.filter(id=row.id, row_version=row.row_version - 1).first()
    return before, row, record
