"""The values of a select question, wherever they come from."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from config.shared.labels import pick


@dataclass(frozen=True)
class Choice:
    """One value: `attributes` hold what cascades filter by ({"region": "baki"}).

    A retired choice is no longer offered but still shown where it was answered.
    """

    name: str
    labels: Mapping[str, str]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    retired: bool = False

    @property
    def label(self) -> str:
        """The label in the active language, or the name."""
        return pick(self.labels) or self.name


@dataclass(frozen=True)
class ChoiceSource:
    """A list that another app keeps. `stamp()` changes whenever `choices()` would.

    `stamp` is asked often and should cost one tiny query; `attributes` names the
    attributes its choices carry.
    """

    label: str | Promise
    choices: Callable[[], Iterable[Choice]]
    stamp: Callable[[], Hashable]
    attributes: tuple[str, ...] = ()


# Plug-ins: key -> source. `content` adds places.region, places.district, organizations...
CHOICE_SOURCES: dict[str, ChoiceSource] = {}


@dataclass(frozen=True)
class RegisterOption:
    """A register that a form may write to; `attributes` are (code, label) pairs."""

    code: str
    label: str
    attributes: tuple[tuple[str, str], ...] = ()


# Plug-ins: registry offers the registers there are to the editor of forms.
REGISTER_OPTIONS: list[Callable[[], Iterable[RegisterOption]]] = []


def register_options() -> list[RegisterOption]:
    """Every register that the editor of forms may offer."""
    return [option for offer in REGISTER_OPTIONS for option in offer()]


_OWN_KEYS = {"name", "labels", "retired"}


def choice_from_row(row: Mapping[str, Any]) -> Choice:
    """A row of a spec ({"name", "labels", "retired"?, ...attributes}) as a Choice."""
    attributes = {key: value for key, value in row.items() if key not in _OWN_KEYS}
    return Choice(row["name"], row.get("labels", {}), attributes, bool(row.get("retired")))


def row_from_choice(choice: Choice) -> dict[str, Any]:
    """A Choice as a row of a spec."""
    row: dict[str, Any] = {"name": choice.name, "labels": dict(choice.labels)}
    row.update(choice.attributes)
    if choice.retired:
        row["retired"] = True
    return row


def row_attributes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The attribute names that `rows` use, in order of first use."""
    names = {key: None for row in rows for key in row if key not in _OWN_KEYS}
    return list(names)
