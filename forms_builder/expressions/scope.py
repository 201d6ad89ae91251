"""What an expression sees while it is worked out."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from .errors import TooMuchWork
from .values import Scalar, Value, to_text

MAX_STEPS = 2_000_000  # items and rows looked at in one evaluation of a form
MAX_TEXT = 200_000  # characters of one computed text


class ChoiceLike(Protocol):
    """One value of a list (forms_builder.choices.Choice)."""

    @property
    def name(self) -> str:
        """The stored value."""

    @property
    def labels(self) -> Mapping[str, str]:
        """What people read, by language."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What cascades filter by."""

    @property
    def retired(self) -> bool:
        """No longer offered."""


class Lookups(Protocol):
    """Where expressions find lists and records.

    An object may also have `holidays() -> Collection[str]`, ISO dates for working-days().
    """

    def choices(self, list_code: str) -> Sequence[ChoiceLike]:
        """The choices of a list, retired ones included; empty when there is no such list."""

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """The attributes of a record that the asking person may see, else None."""


class NoLookups:
    """No lists and no records."""

    def choices(self, list_code: str) -> Sequence[ChoiceLike]:
        """No choices."""
        return ()

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """No record."""
        return None


class Run:
    """One evaluation: its clock, its lookups and what it has cost so far."""

    __slots__ = (
        "_by_name", "_holidays", "items", "language", "lookups", "now", "random", "steps",
        "today",
    )  # fmt: skip

    def __init__(
        self,
        *,
        today: date,
        now: datetime,
        lookups: Lookups | None = None,
        language: str = "az",
        seed: int | None = None,
    ) -> None:
        self.today = today.isoformat()
        self.now = now.isoformat(timespec="milliseconds")
        self.lookups: Lookups = lookups or NoLookups()
        self.language = language
        self.random = random.Random(seed)  # noqa: S311 drawing lots, not secrets
        self.steps = 0
        self._holidays: frozenset[str] | None = None
        self._by_name: dict[str, dict[str, list[ChoiceLike]]] = {}
        self.items: list[tuple[Any, int, int]] = []  # (item, position, size) of predicates

    def choices_named(self, list_code: str, name: str) -> Sequence[ChoiceLike]:
        """The choices of a list that are called so; cascades may have several of a name."""
        named = self._by_name.get(list_code)
        if named is None:
            choices = self.lookups.choices(list_code)
            self.spend(len(choices))
            named = self._by_name[list_code] = {}
            for choice in choices:
                named.setdefault(choice.name, []).append(choice)
        return named.get(name, ())

    def holidays(self) -> frozenset[str]:
        """Days off other than Saturdays and Sundays, as ISO dates."""
        if self._holidays is None:
            find = getattr(self.lookups, "holidays", None)
            self._holidays = frozenset(find()) if find else frozenset()
        return self._holidays

    def spend(self, steps: int) -> None:
        """Count work done; raises TooMuchWork above the limit."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise TooMuchWork("the form takes too many steps to work out")


class Scope:
    """The form outside repeats, or one row of a repeat.

    `values` holds the answers of relevant nodes by node path, `hidden` the node paths
    that are not relevant, `rows` the rows of each repeat, `index` the row's place from 0.
    """

    __slots__ = ("hidden", "index", "key", "parent", "repeat", "rows", "run", "values")

    def __init__(
        self, run: Run, parent: "Scope | None" = None, repeat: str = "", index: int = 0
    ) -> None:
        self.run = run
        self.parent = parent
        self.repeat = repeat
        self.index = index
        self.key = ""
        self.values: dict[str, Scalar] = {}
        self.hidden: set[str] = set()
        self.rows: dict[str, list[Scope]] = {}


def scope_of(answers: Mapping[str, Any], run: Run, parent: Scope | None = None) -> Scope:
    """A scope over plain answers without a form: nested lists of maps are repeats."""
    scope = Scope(run, parent)
    for name, value in answers.items():
        if isinstance(value, list) and (not value or any(map(_is_row, value))):
            rows = [scope_of(row, run, scope) for row in value if _is_row(row)]
            for index, row in enumerate(rows):
                row.index, row.repeat = index, name
            scope.rows[name] = rows
        else:
            scope.values[name] = expression_value(value)
    return scope


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping)


def expression_value(value: Any) -> Scalar:
    """An answer as expressions see it: lists and points as texts, nothing as ""."""
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list):
        separator = ";" if any(map(_is_row, value)) else " "
        return separator.join(to_text(expression_value(item)) for item in value)
    if isinstance(value, Mapping):
        return _mapping_text(value)
    return ""


def _mapping_text(value: Mapping[str, Any]) -> str:
    """A geopoint as "lat lon alt acc", a file as its name."""
    if "lat" in value and "lon" in value:
        parts = [value["lat"], value["lon"], value.get("alt", 0), value.get("acc", 0)]
        return " ".join(to_text(part) for part in parts)
    return str(value.get("name", ""))


def lookup(scope: Scope, name: str) -> Value:
    """`${name}` without a form: here, in rows above, or gathered from rows below."""
    here: Scope | None = scope
    while here is not None:
        if name in here.values:
            return here.values[name]
        if name in here.rows:
            return [""] * len(here.rows[name])
        here = here.parent
    top = scope
    while top.parent is not None:
        top = top.parent
    found = _gather(top, name)
    return found if found else ""


def _gather(scope: Scope, name: str) -> list[Scalar]:
    found: list[Scalar] = []
    for rows in scope.rows.values():
        for row in rows:
            if name in row.values:
                found.append(row.values[name])
            found.extend(_gather(row, name))
    return found
