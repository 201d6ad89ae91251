"""Rows that migrations made: kept once, put back after a test that empties every table.

Tests on real transactions (threads, live servers) end with a flush, which would leave the
next test without days off, the root page and the like.
"""

from django.db import connection, transaction

SCHEMA = "baseline"


def keep() -> None:
    """Copy every table that has rows into a schema of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables("public"):
            cursor.execute(f'SELECT EXISTS (SELECT FROM public."{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE public."{table}"')


@transaction.atomic
def restore() -> None:
    """Put the kept rows back into empty tables; foreign keys are checked at the end."""
    with connection.cursor() as cursor:
        for table in _tables(SCHEMA):
            columns = ", ".join(f'"{column}"' for column in _columns(table))
            cursor.execute(
                f'INSERT INTO public."{table}" ({columns}) '
                f'SELECT {columns} FROM {SCHEMA}."{table}" ON CONFLICT DO NOTHING'
            )


def close_forgotten_connections() -> None:
    """End what threads of tests left open, so that the database can be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _tables(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema]
        )
        return [row[0] for row in cursor.fetchall()]


def _columns(table: str) -> list[str]:
    """The columns that may be written; generated ones make themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        return [row[0] for row in cursor.fetchall()]
