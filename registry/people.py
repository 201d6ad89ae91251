"""One page about a person or family: everything that the reader may see of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from config.shared.labels import pick
from config.shared.text import alphabetically
from registry import access
from registry.kinds import SEARCH_COLUMNS
from registry.models import Record, RecordLink
from registry.rules import PERSONS, Rules, rule_book

# Written out: every record page asks, and composing costs more than answering.
LINKS = """
SELECT * FROM registry_recordlink
WHERE source_id = %(record)s OR target_id = %(record)s ORDER BY valid_from DESC, id DESC
"""


@dataclass(frozen=True)
class LinkedRecord:
    """A record related to the one shown: how, from when, and to when.

    `beside` is what a record that names the shown one names besides: a placement names the
    family and the child.
    """

    record: Record
    title: str
    label: str
    relation: RecordLink
    is_outgoing: bool
    beside: "list[LinkedRecord]"


@dataclass(frozen=True)
class Gathered:
    """Records of one register, each with its title as the reader may see it."""

    rules: Rules
    rows: list[tuple[Record, str]]


@dataclass(frozen=True)
class PersonView:
    """What belongs to a record: its person, the person's other records, related ones."""

    person: Record | None
    registers: list[Gathered]
    links: list[LinkedRecord]


def person_view(user: access.Visitor, record: Record) -> PersonView:
    """Everything about the person of `record` (or about it, if it is a person or family).

    Nothing for a reader of agreed fields: that somebody is known elsewhere was not agreed on.
    """
    if access.fields_for(user, record).is_partial:
        return PersonView(None, [], [])
    visible = access.records_for(user)
    links = list(_links_of(record))
    further = list(_further_links(record, links))
    found = {row.pk: row for row in _around(visible, record, [*links, *further])}
    person = found.get(_person_id(record) or 0)
    del found[record.pk]
    related = list(found.values())
    access.note_referred(user, related, rule_book())
    same_person = [row for row in found.values() if person and row.person_id == person.pk]
    return PersonView(
        person=person,
        registers=_by_register(user, same_person),
        links=_linked(user, record, links, further, found),
    )


def _person_id(record: Record) -> int | None:
    rules = rule_book().by_id.get(record.register_id)
    return record.pk if rules is not None and rules.code == PERSONS else record.person_id


def _around(
    visible: QuerySet[Record], record: Record, relations: Iterable[RecordLink]
) -> Iterable[Record]:
    """The record, its person, the person's records and the related ones, the newest first."""
    person = _person_id(record)
    ends = {pk for one in relations for pk in (one.source_id, one.target_id)}
    others = (ends | {person}) - {record.pk, None}
    if not others and not person:
        return [record]
    wanted = Q(pk__in=others) | (Q(person=person) if person else Q(pk__in=[]))
    rows = visible.filter(wanted).exclude(pk=record.pk).defer(*SEARCH_COLUMNS)
    return [record, *rows.order_by("-created_at", "-pk")]


def _links_of(record: Record) -> Iterable[RecordLink]:
    rows: Iterable[RecordLink] = RecordLink.objects.raw(LINKS, {"record": record.pk})
    return rows


def _by_register(user: access.Visitor, records: list[Record]) -> list[Gathered]:
    groups: dict[int, list[tuple[Record, str]]] = defaultdict(list)
    book = rule_book()
    for record in records:
        title = _title(user, record, book.by_id[record.register_id])
        groups[record.register_id].append((record, title))
    gathered = [Gathered(book.by_id[pk], rows) for pk, rows in groups.items()]
    return alphabetically(gathered, lambda group: str(group.rules))


def _further_links(record: Record, links: list[RecordLink]) -> Iterable[RecordLink]:
    """What the records that name `record` name besides it."""
    naming = [relation.source_id for relation in links if relation.target_id == record.pk]
    if not naming:
        return ()
    others = RecordLink.objects.filter(source__in=naming).exclude(target=record.pk)
    return others.order_by("kind", "pk")


def _linked(
    user: access.Visitor,
    record: Record,
    links: Iterable[RecordLink],
    further: Iterable[RecordLink],
    found: dict[int, Record],
) -> list[LinkedRecord]:
    book = rule_book()
    labels = {
        name: pick(kind.labels) or name for rules in book for name, kind in rules.links.items()
    }
    rows = []
    for relation in links:
        outgoing = relation.source_id == record.pk
        other = found.get(relation.target_id if outgoing else relation.source_id)
        if other is not None:
            label = labels.get(relation.kind, relation.kind)
            title = _title(user, other, book.by_id[other.register_id])
            own = [] if outgoing else [one for one in further if one.source_id == other.pk]
            beside = _linked(user, other, own, (), found) if own else []
            rows.append(LinkedRecord(other, title, label, relation, outgoing, beside))
    return rows


def _title(user: access.Visitor, record: Record, rules: Rules) -> str:
    return access.fields_for(user, record, rules).title(record, rules)
