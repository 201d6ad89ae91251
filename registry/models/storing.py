"""A tracked row and its history row, stored by one statement that is made once per model."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from config.shared.statements import Batch

if TYPE_CHECKING:
    from registry.models.history import TrackedModel

CREATED, CHANGED = "+", "~"  # as simple-history writes them
# What simple-history's own columns are filled with, in this order.
HISTORY_OWN = ("history_date", "history_user_id", "history_type", "history_change_reason")


class Statements:
    """SQL for the rows of one model. The history row copies what was really stored."""

    def __init__(self, model: type["TrackedModel"], change_columns: Sequence[str]) -> None:
        history = model.history.model
        own = {*HISTORY_OWN, *change_columns, "history_id"}
        self.fields = [f for f in model._meta.concrete_fields if not f.primary_key]
        copied = [f.column for f in history._meta.concrete_fields if f.attname not in own]
        self._row, self._copied = _quoted(model._meta.db_table), _columns(copied)
        self._columns = [_quoted(field.column) for field in self.fields]
        told = [history._meta.get_field(name) for name in (*change_columns, *HISTORY_OWN)]
        self._told = _columns(field.column for field in told)
        # Without casts, which would cut a text that is too long instead of refusing it.
        self._told_holes = ", ".join(["%s"] * len(told))
        self._history = _quoted(history._meta.db_table)
        names = ["id", *self._columns]
        holes = ", ".join(["%s"] * len(names))
        settings = ", ".join(f"{name} = %s" for name in self._columns)
        inserting = f"INSERT INTO {self._row} ({', '.join(names)}) VALUES ({holes})"  # noqa: S608
        self.insert = self._statement(inserting)
        self.insert_next = self._statement(inserting.replace("%s", next_id(model), 1))
        self.update = self._statement(f"UPDATE {self._row} SET {settings} WHERE id = %s")  # noqa: S608

    def _statement(self, storing: str) -> str:
        return (
            f"WITH stored AS ({storing} RETURNING {self._copied}), "  # noqa: S608
            f"kept AS (INSERT INTO {self._history} ({self._copied}, {self._told}) "
            f"SELECT {self._copied}, {self._told_holes} FROM stored) SELECT id FROM stored"
        )

    def values(self, row: "TrackedModel", is_new: bool) -> list[Any]:
        """The values of the row's columns, as the driver takes them."""
        return [
            field.get_db_prep_save(field.pre_save(row, is_new), connection)
            for field in self.fields
        ]


def _quoted(name: str | None) -> str:
    assert name
    return connection.ops.quote_name(name)


def _columns(names: Iterable[str | None]) -> str:
    return ", ".join(map(_quoted, names))


@lru_cache(maxsize=20)
def _statements(model: type["TrackedModel"], change_columns: tuple[str, ...]) -> Statements:
    return Statements(model, change_columns)


def next_id(model: type[models.Model]) -> str:
    """SQL that takes the next number of the model's rows."""
    return f"nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"


def store(
    row: "TrackedModel",
    change: dict[str, Any],
    date: Any,
    user_id: int | None,
    batch: Batch | None,
) -> None:
    """Insert or update `row` with one more history row; `change` maps its own columns.

    With `batch`, when that runs. simple-history reads what is written here, but its signals
    do not run: building two model instances and two statements anew costs more than the
    rest of a submission.
    """
    statements = _statements(type(row), tuple(change))
    is_new = row._state.adding
    told = [*change.values(), date, user_id, CREATED if is_new else CHANGED, None]
    values = statements.values(row, is_new)
    if not is_new:
        sql, values = statements.update, [*values, row.pk]
    elif row.pk is None:
        sql = statements.insert_next
    else:
        sql, values = statements.insert, [row.pk, *values]
    if batch is None:
        row.pk = _send(sql, [*values, *told])
    else:
        assert row.pk is not None, "what is stored later needs its number now"
        batch.add(sql, [*values, *told])
    row._state.adding, row._state.db = False, connection.alias


def _send(sql: str, values: list[Any]) -> int:
    """The number of the row that was stored."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        stored = cursor.fetchone()
    if stored is None:
        raise models.ObjectDoesNotExist("the row that was to be changed is not there")
    return int(stored[0])
