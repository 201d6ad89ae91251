"""What is said of a database that does not suit, before it is used."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.db.utils import NotSupportedError, OperationalError

from config.shared.db import OLDEST_VERSION, has_trigram

TOO_OLD = (
    "PostgreSQL %(found)s is too old; Dayaq needs version %(oldest)s or newer.\n"
    "PostgreSQL %(found)s çox köhnədir; Dayaq üçün %(oldest)s və ya daha yeni versiya lazımdır."
)
NO_TRIGRAM = (
    "This database has no pg_trgm extension: everything works, searching by a part of a name "
    "is slower.\n"
    "Bu verilənlər bazasında pg_trgm genişlənməsi yoxdur: hər şey işləyir, lakin adın bir "
    "hissəsi ilə axtarış daha yavaşdır."
)
TRIGRAM_HINT = (
    "Install the server's contrib package (Debian: postgresql-contrib), then run "
    "`manage.py migrate` again."
)
UNREACHABLE = (
    "The database does not answer: %(error)s\nVerilənlər bazası cavab vermir: %(error)s"
)


def check_database(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether each database is reachable, new enough, and offers trigram search."""
    return [message for alias in databases or [] for message in describe(alias)]


def describe(alias: str) -> list[CheckMessage]:
    """What is wrong with the database `alias`, for people of both languages."""
    try:
        found = _version(alias)
    except OperationalError as error:
        return [Error(UNREACHABLE % {"error": str(error).strip()}, id="dayaq.E002")]
    if found < OLDEST_VERSION:
        values = {"found": found, "oldest": OLDEST_VERSION}
        return [Error(TOO_OLD % values, id="dayaq.E001")]
    if has_trigram_or_may_create(alias):
        return []
    return [Warning(NO_TRIGRAM, hint=TRIGRAM_HINT, id="dayaq.W001")]


def has_trigram_or_may_create(alias: str) -> bool:
    """Whether trigram search is there, or `migrate` will create it."""
    if has_trigram(alias):
        return True
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        return cursor.fetchone() is not None


def _version(alias: str) -> int:
    """The server's major version, also of one that Django itself refuses."""
    connection = connections[alias]
    with suppress(NotSupportedError):
        connection.ensure_connection()
    version: int = connection.connection.info.server_version
    return version // 10000
