"""What evaluation may look up, read from the database."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from forms_builder.choices import Choice
from forms_builder.selectors import ListSnapshot

# Plug-ins: days off other than weekends, for working-days(). protocols keeps the table.
HOLIDAY_SOURCES: list[Callable[[], Iterable[date]]] = []


class DatabaseLookups:
    """Published lists; make one per request or job. `registry` extends `record`."""

    def choices(self, list_code: str) -> Sequence[Choice]:
        """The values of a shared list in order, retired ones too; empty when unknown."""
        return self._lists.choices(list_code)

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """No records are known at this layer."""
        return None

    def holidays(self) -> Collection[str]:
        """Days off other than weekends, as ISO dates; asked for once."""
        return self._holidays

    @cached_property
    def _lists(self) -> ListSnapshot:
        return ListSnapshot()  # many forms have all their lists within

    @cached_property
    def _holidays(self) -> frozenset[str]:
        return frozenset(day.isoformat() for source in HOLIDAY_SOURCES for day in source())
