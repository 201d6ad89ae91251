"""Who may see and do what: the only place that decides about records and their fields.

Rights come from appointments in force today and from the access rules of the registers;
nothing else gives any, being a superuser included. This is the door to all of it: what
appointments give is worked out in `registry.rights`, a record's fields in `registry.fields`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from config.accounts.models import User
from content.models import Place
from content.selectors import all_places
from registry.fields import MASKED, Fields, Masked
from registry.kinds import ACTIONS, NOTHING, RANKS, SCOPES
from registry.models import Record
from registry.rights import (
    Grant,
    Post,
    Rights,
    Visitor,
    grant_in_words,
    grants,
    may,
    may_fill,
    rights_of,
)
from registry.rules import Rules, rule_book

# Plug-ins: (user) -> condition on Record; protocols adds "referred to my organization".
REFERRED_RECORDS: list[Callable[[User], Q]] = []

# Plug-ins: (user, ids of records) -> the names of the fields (attributes, or questions) that
# were agreed on when the record was referred. A record that is not in the answer was opened
# without such an agreement, and the register's rule alone says how much of it is readable.
Agreements = Mapping[int, frozenset[str]]
AGREED_FIELDS: list[Callable[[User, Collection[int]], Agreements]] = []

REFERRED = "referred"
ALL_SCOPES = frozenset(name for name, _label in SCOPES)
DIRECT_SCOPES = ALL_SCOPES - {REFERRED}

ACTION_NAMES = frozenset(name for name, _label in ACTIONS)
WRITING = frozenset({"create", "update", "amend"})


def records_for(user: Visitor, purpose: str = "read") -> QuerySet[Record]:
    """The records on which `user` may do `purpose` (an action, "read" by default)."""
    condition = condition_for(user, purpose)
    return Record.objects.none() if condition is None else Record.objects.filter(condition)


def condition_for(
    user: Visitor,
    purpose: str = "read",
    *,
    rank: int = NOTHING,
    register: str = "",
    scopes: Collection[str] = ALL_SCOPES,
) -> Q | None:
    """The rows on which `user` may do `purpose` and read fields up to `rank`; None: no rows.

    `register` keeps to one register, `scopes` to what some scopes open: searching asks for
    DIRECT_SCOPES, because of what was referred only the agreed fields are readable.
    """
    if purpose not in ACTION_NAMES:
        raise ValueError(f"unknown purpose {purpose}")
    rights = rights_of(user)
    registers: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for rules in rule_book() if rights.posts else ():
        if register in ("", rules.code):
            for condition in _conditions(rights, rules, purpose, rank, scopes):
                registers[condition].add(rules.register_id)
    parts = [
        Q(register_id__in=sorted(ids)) & _as_query(condition, user)
        for condition, ids in registers.items()
    ]
    return reduce(or_, parts) if parts else None


def _conditions(
    rights: Rights, rules: Rules, purpose: str, rank: int, scopes: Collection[str]
) -> Collection[tuple[Any, ...]]:
    found = {
        grant.condition
        for grant in grants(rights, rules, [purpose])
        if grant.rule.rank >= rank and grant.rule.scope in scopes
    }
    return [("all",)] if ("all",) in found else found


def _as_query(condition: tuple[Any, ...], user: Visitor) -> Q:
    assert isinstance(user, User)
    match condition:
        case ("all",):
            return Q()
        case ("own",):
            return Q(assignee=user.pk) | Q(created_by=user.pk)
        case ("organization", organization):
            return Q(organization=organization)
        case ("team", organization, area):
            return Q(organization=organization) & _in_area(area)
        case ("area", area):
            return _in_area(area)
    return referred_query(user)


def _in_area(area: int) -> Q:
    """Records whose district is the area or lies in it (region, district, city district)."""
    places = Place.objects.filter(Q(pk=area) | Q(parent=area) | Q(parent__parent=area))
    return Q(district__in=places.values("pk"))


def referred_query(user: User) -> Q:
    """Records that a referral opens to `user`; none before an app offers referrals."""
    nothing = Q(pk__in=[])
    return reduce(or_, (provider(user) for provider in REFERRED_RECORDS), nothing)


def fields_to_fill(
    user: Visitor, spec: Mapping[str, Any], record: Record | None = None
) -> Fields | None:
    """What `user` may see and answer while filling a form; None: nobody's rights apply.

    For a record there is, what may be read of it; for one to be made, what its maker may
    read. Nobody's rights apply to a form without a register, and to a public form that
    somebody fills who has none.
    """
    settings = spec.get("settings", {})
    rules = rule_book().by_code.get(settings.get("register", ""))
    if rules is None:
        return None
    found = grants(rights_of(user), rules, WRITING)
    if not found and settings.get("public"):
        return None
    known = fields_for(user, record, rules) if record is not None else Fields()
    highest = max((grant.rule.rank for grant in found), default=NOTHING)
    return replace(
        known,
        read_rank=highest if record is None else known.read_rank,
        write_rank=max(known.write_rank, highest),
    )


def fields_for(user: Visitor, record: Record, rules: Rules | None = None) -> Fields:
    """What `user` may read and write of `record`; nothing when it is not theirs to see.

    Whoever asks for many records passes the register's `rules`, which are else looked up.
    """
    found = explain(user, record, rules)
    reading = [grant for grant in found if "read" in grant.rule.actions]
    referred = [grant.rule.rank for grant in reading if grant.rule.scope == REFERRED]
    agreed = agreed_fields(user, record) if referred else None
    opened = [
        grant.rule.rank for grant in reading if agreed is None or grant.rule.scope != REFERRED
    ]
    writing = [grant.rule.rank for grant in found if grant.rule.actions & WRITING]
    return Fields(
        read_rank=max(opened, default=NOTHING),
        write_rank=max(writing, default=NOTHING),
        actions=frozenset().union(*(grant.rule.actions for grant in found)),
        grants=tuple(found),
        agreed=agreed,
        agreed_rank=max(referred, default=NOTHING),
    )


def fields_of_each(user: Visitor, records: Collection[Record], rules: Rules) -> list[Fields]:
    """`fields_for` of each of these records of one register.

    Records that are alike in all that rules ask about share one answer.
    """
    note_referred(user, records, [rules])
    known: dict[Hashable, Fields] = {}
    found = []
    for record in records:
        alike = (
            *(record.organization_id, record.district_id),
            *(record.assignee_id, record.created_by_id),
            *(record.noted_referred, record.noted_agreed),
        )
        if alike not in known:
            known[alike] = fields_for(user, record, rules)
        found.append(known[alike])
    return found


def may_on(user: Visitor, record: Record, action: str) -> bool:
    """Whether `user` may do `action` on this very record."""
    return action in fields_for(user, record).actions


def explain(user: Visitor, record: Record, rules: Rules | None = None) -> list[Grant]:
    """Every rule that gives `user` a right on `record`; empty means: none, so 404."""
    rules = rules or rule_book().by_id.get(record.register_id)
    if rules is None or not isinstance(user, User):
        return []
    found = grants(rights_of(user), rules, ACTION_NAMES)
    return [grant for grant in found if _opens(grant.condition, user, record)]


def _opens(condition: tuple[Any, ...], user: User, record: Record) -> bool:
    match condition:
        case ("all",):
            return True
        case ("own",):
            return user.pk in (record.assignee_id, record.created_by_id)
        case ("organization", organization):
            return bool(record.organization_id == organization)
        case ("team", organization, area):
            in_team = record.organization_id == organization
            return in_team and area in places_around(record)
        case ("area", area):
            return area in places_around(record)
    return is_referred(user, record)


def places_around(record: Record) -> list[int]:
    """The record's district, what it lies in, and what that lies in (ids)."""
    found: list[int] = []
    place = all_places()[record.district_id] if record.district_id else None
    while place is not None and len(found) < 3:
        found.append(place.pk)
        place = place.parent
    return found


def is_referred(user: User, record: Record) -> bool:
    """Whether a referral opens `record` to `user`; lists ask for all rows at once."""
    if record.noted_referred is not None:
        return record.noted_referred
    return Record.objects.filter(referred_query(user), pk=record.pk).exists()


def agreed_fields(user: Visitor, record: Record) -> frozenset[str] | None:
    """The fields that the referrals of `record` to `user` name; None without an agreement."""
    if record.noted_referred is not None:
        return record.noted_agreed
    return agreements(user, [record.pk]).get(record.pk)


def agreements(user: Visitor, pks: Collection[int]) -> Agreements:
    """The fields agreed on for each of these records, of every plug-in together."""
    found: dict[int, frozenset[str]] = {}
    if isinstance(user, User) and pks:
        for provider in AGREED_FIELDS:
            for pk, names in provider(user, pks).items():
                found[pk] = found.get(pk, frozenset()) | names
    return found


def note_referred(
    user: Visitor, records: Collection[Record], registers: Iterable[Rules]
) -> None:
    """Ask at most once which of `records` are referred to `user`, for `fields_for` on each,
    and once which fields were agreed on.

    `registers` are those of the records; where no rule of theirs speaks of referrals to this
    user, nothing is asked.
    """
    rights, referred = rights_of(user), set()
    if isinstance(user, User) and any(
        grant.rule.scope == "referred"
        for rules in registers
        for grant in grants(rights, rules, ACTION_NAMES)
    ):
        pks = [record.pk for record in records]
        mine = Record.objects.filter(referred_query(user), pk__in=pks)
        referred = set(mine.values_list("pk", flat=True))
    agreed = agreements(user, referred)
    for record in records:
        record.noted_referred = record.pk in referred
        record.noted_agreed = agreed.get(record.pk)


__all__ = [
    "ACTIONS",
    "ACTION_NAMES",
    "AGREED_FIELDS",
    "ALL_SCOPES",
    "DIRECT_SCOPES",
    "MASKED",
    "NOTHING",
    "RANKS",
    "REFERRED",
    "REFERRED_RECORDS",
    "WRITING",
    "Agreements",
    "Fields",
    "Grant",
    "Masked",
    "Post",
    "Rights",
    "Visitor",
    "agreed_fields",
    "agreements",
    "condition_for",
    "explain",
    "fields_for",
    "fields_of_each",
    "fields_to_fill",
    "grant_in_words",
    "grants",
    "is_referred",
    "may",
    "may_fill",
    "may_on",
    "note_referred",
    "places_around",
    "records_for",
    "referred_query",
    "rights_of",
    "rule_book",
]
