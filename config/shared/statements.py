"""SQL that is made once, for what is stored at every submission."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


class Batch:
    """Statements that go to the database together and in order, in one round trip.

    Only for statements whose results nobody needs; an error in one is an error of `run`.
    """

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._values: list[Any] = []

    def add(self, sql: str, values: Sequence[Any]) -> None:
        """One more statement with its values."""
        self._statements.append(sql)
        self._values.extend(values)

    def run(self) -> None:
        """Send what was added; afterwards the batch is empty again."""
        statements, values = self._statements, self._values
        self._statements, self._values = [], []
        if statements:
            with connection.cursor() as cursor:
                cursor.execute(";".join(statements), values)


def insert(row: models.Model, batch: Batch | None = None) -> None:
    """Store a new row without its number, its model's save() and signals; now or in `batch`.

    For rows that are only ever added and that nobody refers to, like those of a trail.
    """
    sql, fields = _insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    if batch is not None:
        batch.add(sql, values)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@lru_cache(maxsize=50)
def _insertion(model: type[models.Model]) -> tuple[str, list[models.Field[Any, Any]]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    holes = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ({holes})", fields  # noqa: S608
