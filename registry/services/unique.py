"""Values that no two records may share."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.problems import Problem
from config.shared.text import fold
from registry import access
from registry.models import Record, UniqueValue
from registry.rules import Rules, UniqueRule
from registry.services.acts import is_job

CLAIM = """
INSERT INTO registry_uniquevalue (register_id, rule, value, record_id)
SELECT %s, unnest(%s::text[]), unnest(%s::text[]), %s
ON CONFLICT (register_id, rule, value) DO NOTHING
RETURNING rule
"""
CLAIM_ALL = """
INSERT INTO registry_uniquevalue (register_id, record_id, rule, value)
SELECT %s, pk, rule, value
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS held (pk, rule, value) ORDER BY pk
ON CONFLICT (register_id, rule, value) DO NOTHING
"""
CHUNK = 1000


def values_of(rules: Rules, attributes: Mapping[str, Any], *, is_open: bool) -> dict[str, str]:
    """What a record with these attributes holds, by rule; incomplete values hold nothing."""
    return {
        rule.name: value
        for rule in rules.unique
        if (is_open or not rule.among_open) and (value := value_of(rule, attributes))
    }


def value_of(rule: UniqueRule, attributes: Mapping[str, Any]) -> str:
    """The folded value of a rule, or "" when one of its attributes is unknown."""
    parts = [fold(str(attributes.get(name) or "")) for name in rule.attributes]
    return " | ".join(parts)[:255] if all(parts) else ""


def claim_all(rules: Rules) -> None:
    """Make every record of a register hold its values, by rules that were changed.

    What two of them share already the older one holds; the other is told when it is written.
    """
    UniqueValue.objects.filter(register=rules.register_id).delete()
    if not rules.unique:
        return
    records = Record.objects.filter(register=rules.register_id).order_by("pk")
    rows = records.only("attributes", "status").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        held = [
            (record.pk, rule, value)
            for record in chunk
            for rule, value in _wanted(record, rules).items()
        ]
        if held:
            with connection.cursor() as cursor:
                cursor.execute(
                    CLAIM_ALL, [rules.register_id, *map(list, zip(*held, strict=True))]
                )


def _wanted(record: Record, rules: Rules) -> dict[str, str]:
    return values_of(rules, record.attributes, is_open=not rules.is_closed(record.status))


def claim_values(record: Record, rules: Rules, actor: Actor) -> list[Problem]:
    """Make the record hold exactly its values; returns what others hold already.

    Two writers of one value wait for each other; the second one gets the problem.
    """
    if not rules.unique:
        return []
    wanted, held = _wanted(record, rules), {}
    if record.row_version > 1:
        held = dict(UniqueValue.objects.filter(record=record).values_list("rule", "value"))
    gone = [rule for rule, value in held.items() if wanted.get(rule) != value]
    if gone:
        UniqueValue.objects.filter(record=record, rule__in=gone).delete()
    new = {rule: value for rule, value in wanted.items() if held.get(rule) != value}
    return _taken(record, rules, new, actor) if new else []


def _taken(
    record: Record, rules: Rules, values: Mapping[str, str], actor: Actor
) -> list[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM, [rules.register_id, list(values), list(values.values()), record.pk]
        )
        claimed = {row[0] for row in cursor.fetchall()}
    return [_problem(rules, rule, values[rule], actor) for rule in values.keys() - claimed]


def _problem(rules: Rules, rule: str, value: str, actor: Actor) -> Problem:
    """Names the other record when the writer may see it, and only then."""
    holder = Record.objects.filter(
        unique_values__register=rules.register_id,
        unique_values__rule=rule,
        unique_values__value=value,
    )
    if not is_job(actor):
        holder = holder.filter(pk__in=access.records_for(actor.user).values("pk"))
    key = holder.values_list("key", flat=True).first()
    names = ", ".join(rules.attributes[name].label for name in rule.split("+"))
    if key:
        text = _("Record %(key)s has the same %(fields)s.") % {"key": key, "fields": names}
    else:
        text = _("Another record has the same %(fields)s.") % {"fields": names}
    return Problem("not_unique", text, path=rule.split("+")[0])
