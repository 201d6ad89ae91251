"""One page about a person or family: everything that the reader may see of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from config.shared.labels import pick
from registry import access
from registry.models import Record, RecordLink
from registry.rules import PERSONS, Rules, rule_book


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
    person = _person_of(visible, record)
    links = list(_links_of(record))
    further = list(_further_links(record, links))
    relatives = [relation.target_id for relation in [*links, *further]]
    relatives += [relation.source_id for relation in links]
    same_person = Q(person=person.pk) if person else Q(pk__in=[])
    rows = _with_places(visible.filter(same_person | Q(pk__in=relatives)))
    found = {row.pk: row for row in rows if row.pk != record.pk}
    access.note_referred(user, list(found.values()), rule_book())
    return PersonView(
        person=person,
        registers=_by_register(
            user, [row for row in found.values() if person and row.person_id == person.pk]
        ),
        links=_linked(user, record, links, further, found),
    )


def _with_places(records: QuerySet[Record]) -> QuerySet[Record]:
    return records.select_related("register", "district__parent__parent").order_by(
        "-created_at", "-pk"
    )


def _person_of(visible: QuerySet[Record], record: Record) -> Record | None:
    """The person, when the reader may see the register of persons."""
    rules = rule_book().by_id.get(record.register_id)
    if rules is not None and rules.code == PERSONS:
        return record
    if record.person_id is None:
        return None
    return _with_places(visible.filter(pk=record.person_id)).first()


def _links_of(record: Record) -> QuerySet[RecordLink]:
    both_ways = Q(source=record.pk) | Q(target=record.pk)
    return RecordLink.objects.filter(both_ways).order_by("-valid_from", "-pk")


def _by_register(user: access.Visitor, records: list[Record]) -> list[Gathered]:
    groups: dict[int, list[tuple[Record, str]]] = defaultdict(list)
    book = rule_book()
    for record in records:
        title = _title(user, record, book.by_id[record.register_id])
        groups[record.register_id].append((record, title))
    gathered = [Gathered(book.by_id[pk], rows) for pk, rows in groups.items()]
    return sorted(gathered, key=lambda group: str(group.rules))


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
