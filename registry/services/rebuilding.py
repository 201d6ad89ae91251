"""What follows from records, made anew when their register says otherwise.

An attribute that became more protected must not find the records of before any more, and one
that became searchable must; a value that became unique is held by who has it already. None
of it is part of the history.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.dispatch import receiver

from config.shared.definitions import version_published
from registry.models import Record, Register, RegisterVersion
from registry.models.history import DERIVED_COLUMNS
from registry.rules import Rules
from registry.services.filling import describe
from registry.services.unique import claim_all

CHUNK = 1000
COLUMNS = sorted(DERIVED_COLUMNS)
REBUILD = f"""
UPDATE registry_record AS record
SET {", ".join(f"{name} = new.{name}" for name in COLUMNS)}
FROM unnest(%s::bigint[], {", ".join(["%s::text[]"] * len(COLUMNS))})
  AS new (id, {", ".join(COLUMNS)})
WHERE record.id = new.id
  AND ({", ".join(f"record.{name}" for name in COLUMNS)})
  IS DISTINCT FROM ({", ".join(f"new.{name}" for name in COLUMNS)})
"""  # noqa: S608 - names of columns only


@receiver(version_published, sender=Register, dispatch_uid="registry-rebuild")
def on_published(definition: Register, version: RegisterVersion, **kwargs: Any) -> None:
    """Rebuild where the new version derives something otherwise than the one before."""
    before = definition.versions.filter(number=version.number - 1).first()
    if before is None:
        return
    if _derived(before.spec) != _derived(version.spec):
        rebuild(definition, Rules(version))
    if _unique(before.spec) != _unique(version.spec):
        claim_all(Rules(version))


def _derived(spec: Mapping[str, Any]) -> Any:
    """What of a register decides on the columns."""
    names = ("name", "type", "sensitivity", "searchable")
    rows = [[row.get(name) for name in names] for row in spec.get("attributes", ())]
    return spec.get("title_template"), sorted(map(str, rows))


def _unique(spec: Mapping[str, Any]) -> Any:
    """What of a register decides which values are held."""
    closed = [row["name"] for row in spec["statuses"] if row.get("closed")]
    return spec.get("unique", []), sorted(closed)


def rebuild(register: Register, rules: Rules) -> None:
    """Make the derived columns of every record of the register anew, by `rules`."""
    records = Record.objects.filter(register=register).select_related("person")
    rows = records.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        _store(chunk, rules)


def _store(records: Sequence[Record], rules: Rules) -> None:
    for record in records:
        describe(record, rules)
    columns = [[getattr(record, name) for record in records] for name in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(REBUILD, [[record.pk for record in records], *columns])
