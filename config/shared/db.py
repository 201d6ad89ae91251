"""What Dayaq needs of PostgreSQL, and what it can do without.

Trigram search (extension pg_trgm) makes searching for a part of a name fast. It is trusted
since PostgreSQL 13: the owner of the database may create it, no superuser is needed. Where
the server does not offer it, everything works, and searching is slower.
"""

from collections.abc import Hashable
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.migrations.operations.base import Operation
from django.db.models import Func, Model, TextField

from config.shared.memo import once_in_a_request

OLDEST_VERSION = 15
_INDEXES: set[tuple[str, str]] = set()


def trigram_index(table: str, column: str) -> None:
    """Want a trigram index on `table`.`column`; call it in AppConfig.ready().

    `migrate` creates it, now or as soon as the server offers pg_trgm.
    """
    _INDEXES.add((table, column))


_STAMPS: dict[str, str] = {}  # what this process has asked for, as scalar SQL


def stamp_of(model: type[Model]) -> Hashable:
    """How many rows there are and the newest: what tells that a table of rows that never
    change was added to. One tiny query in a request."""
    return _stamp_of(model, "max(id)")


def stamp_of_changes(model: type[Model]) -> Hashable:
    """What tells that a row of a small table was added, removed or changed, by `changed_at`.

    Of all rows, not the newest: of two changes at once the earlier may be committed last.
    """
    return _stamp_of(model, "sum(id), sum(extract(epoch FROM changed_at))")


def _stamp_of(model: type[Model], sums: str) -> Hashable:
    table = model._meta.db_table
    rows = connection.ops.quote_name(table)
    return stamp(table, f"SELECT ROW(count(*), {sums})::text FROM {rows}")  # noqa: S608


def stamp(name: str, sql: str) -> Hashable:
    """What `sql` says, one value that changes whenever something kept must be read again.

    The first that is asked for in a request is read together with all others, in one query.
    """
    _STAMPS[name] = sql
    known = once_in_a_request("stamps", dict[str, Any])
    if name not in known:
        asked = dict(_STAMPS)  # another thread may ask for a new one while these are read
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(f'({each})' for each in asked.values())}")
            known.update(zip(asked, cursor.fetchone(), strict=True))
    value: Hashable = known[name]
    return value


def has_trigram(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether similarity() and the trigram operators may be used in this database."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def create_trigram(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Create pg_trgm when the server offers it and we may; says whether it is there."""
    if has_trigram(using):
        return True
    try:
        with transaction.atomic(using), connections[using].cursor() as cursor:
            cursor.execute("CREATE EXTENSION pg_trgm")
    except DatabaseError:  # not offered, or not ours to create; system check dayaq.W001 says so
        return False
    return True


def create_cache_table(using: str, **kwargs: Any) -> None:
    """Make the cache's table, which migrations may already use; hears `pre_migrate`."""
    call_command("createcachetable", database=using, verbosity=0)


def create_trigram_indexes(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Create the wanted indexes that are missing; hears `post_migrate`."""
    if not create_trigram(using):
        return
    with connections[using].cursor() as cursor:
        tables = connections[using].introspection.table_names(cursor)
        for table, column in sorted(_INDEXES):
            if table in tables:
                cursor.execute(
                    f'CREATE INDEX IF NOT EXISTS "{table}_{column}_trgm" '
                    f'ON "{table}" USING gin ("{column}" gin_trgm_ops)'
                )


class Folded(Func):
    """A text column as `config.shared.text.fold` writes it: "İlqar" is found by "ilqar".

    Letters of other languages keep their marks. The database's own `lower` knows I and İ only
    where it was set up in Azerbaijani.
    """

    template = "lower(translate(%(expressions)s, 'ƏəǝƎÖöÜüÇçŞşĞğİIı', 'eeeeoouuccssggiii'))"
    output_field = TextField()


class TrigramExtension(Operation):
    """Create pg_trgm if possible, for migrations; without it they go on."""

    reversible = True
    reduces_to_sql = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes in the models."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create the extension where the server offers it."""
        create_trigram(schema_editor.connection.alias)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Keep it; others may use it."""

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return "Create pg_trgm if the server offers it"
