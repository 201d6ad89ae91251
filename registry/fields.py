"""Which fields of one record a reader sees, and what stands in the place of the others.

Others reach it through `registry.access`, which finds out how far somebody may read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.answers import Item, items_of
from registry.keys import fill_title
from registry.kinds import DEFAULT_SENSITIVITY, NOTHING, RANKS
from registry.models import Record
from registry.rights import Grant
from registry.rules import Attribute, Rules


class Masked(str):
    """What stands in the place of an answer that the reader may not see."""

    __slots__ = ()


MASKED = Masked("•••")


@dataclass(frozen=True)
class Fields:
    """Which fields of one record a user may read and write, and what they may do with it.

    `agreed` are fields that a referral opens by name, up to `agreed_rank`, beside those up to
    `read_rank`. For a reader who has nothing else (`is_partial`) the rest does not exist: it
    is left out, not masked, and there is no status, history or relation.
    """

    read_rank: int = NOTHING
    write_rank: int = NOTHING
    actions: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = field(default=(), compare=False)
    agreed: frozenset[str] | None = None
    agreed_rank: int = NOTHING

    @property
    def is_partial(self) -> bool:
        """Whether only agreed fields are readable, and perhaps none."""
        return self.agreed is not None and self.read_rank == NOTHING

    def readable(self, what: "str | Mapping[str, Any] | Item | Attribute") -> bool:
        """Whether a field may be read: a sensitivity, a node of a form, or an attribute."""
        rank = _rank_of(what)
        agreed = self.agreed or frozenset()
        is_agreed = not agreed.isdisjoint(_names_of(what))
        return rank <= self.read_rank or (is_agreed and rank <= self.agreed_rank)

    def writable(self, what: "str | Mapping[str, Any] | Item | Attribute") -> bool:
        """Whether a field may be changed."""
        return _rank_of(what) <= self.write_rank and self.readable(what)

    def mask(self, answers: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
        """The answers with MASKED in the place of what may not be read."""
        masked = self._mask(answers, items_of(spec))
        return self._without_masked(masked) if self.is_partial else masked

    def _without_masked(self, answers: dict[str, Any]) -> dict[str, Any]:
        """What a partial reader may know of answers: no rows of repeats, nothing masked."""
        return {
            key: value
            for key, value in answers.items()
            if value is not MASKED and not _is_rows(value)
        }

    def _mask(self, answers: Mapping[str, Any], items: Iterable[Item]) -> dict[str, Any]:
        masked: dict[str, Any] = {}
        for item in items:
            if item.key not in answers:
                continue
            value = answers[item.key]
            if item.is_repeat and isinstance(value, list):
                masked[item.key] = [self._mask(row, item.inner) for row in value]
            elif not self.readable(item):
                masked[item.key] = MASKED  # without other words, which would tell the choice
            else:
                masked[item.key] = value
                if item.other in answers:
                    masked[item.other] = answers[item.other]
        return masked

    def attributes(self, record: Record, rules: Rules) -> dict[str, Any]:
        """The attributes that the register knows, masked."""
        return {
            name: record.attributes[name] if self.readable(attribute) else MASKED
            for name, attribute in rules.attributes.items()
            if name in record.attributes and (self.readable(attribute) or not self.is_partial)
        }

    def knows(self, name: str) -> bool:
        """Whether a column that every record has (status, district ...) is readable."""
        return not self.is_partial or name in (self.agreed or ())

    def title(self, record: Record, rules: Rules) -> str:
        """The record's title, or its number when the title is too telling for the reader."""
        if rules.title_rank > self.read_rank:
            return record.key
        if not rules.title_template:
            return record.title
        # What was stored was made by the template of that time, perhaps of protected fields.
        return fill_title(rules.title_template, record.attributes) or record.key


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(row, Mapping) for row in value)


def _names_of(what: "str | Mapping[str, Any] | Item | Attribute") -> tuple[str, ...]:
    """The names by which a referral may open a field; none for what stands in a repeat."""
    if isinstance(what, Item):
        return () if what.is_in_repeat else (what.name, what.key)
    if isinstance(what, Attribute):
        return (what.name,)
    return ()


def _rank_of(what: "str | Mapping[str, Any] | Item | Attribute") -> int:
    if isinstance(what, (Item, Attribute)):
        return what.rank
    if isinstance(what, str):
        return RANKS[what]
    return RANKS[what.get("sensitivity", DEFAULT_SENSITIVITY)]
