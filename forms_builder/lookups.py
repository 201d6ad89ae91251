"""What evaluation may look up, read from the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from forms_builder.choices import Choice
from forms_builder.selectors import ListSnapshot


class DatabaseLookups:
    """Published lists; make one per request or job. `registry` extends `record`."""

    def __init__(self) -> None:
        self._lists = ListSnapshot()

    def choices(self, list_code: str) -> Sequence[Choice]:
        """The values of a shared list in order, retired ones too; empty when unknown."""
        return self._lists.choices(list_code)

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """No records are known at this layer."""
        return None
