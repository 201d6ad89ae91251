"""Published registers, parsed once per version and kept in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from config.shared.db import stamp_of
from config.shared.kept import Kept
from config.shared.labels import pick
from config.shared.memo import once_in_a_request
from registry.keys import KeyPattern, template_names
from registry.kinds import DEFAULT_SENSITIVITY, RANKS
from registry.models import Register, RegisterVersion

PERSONS = "persons"  # the register that every form's person map fills
ANY = "*"


@dataclass(frozen=True)
class Attribute:
    """One thing that records know; `rank` is the place of its sensitivity."""

    name: str
    type: str
    labels: Mapping[str, str]
    list: str
    rank: int
    searchable: bool

    @property
    def label(self) -> str:
        """The label in the active language."""
        return pick(self.labels) or self.name


@dataclass(frozen=True)
class Status:
    """One status; `moves` None means to any other."""

    name: str
    labels: Mapping[str, str]
    moves: tuple[str, ...] | None
    closed: bool

    @property
    def label(self) -> str:
        """The label in the active language."""
        return pick(self.labels) or self.name


@dataclass(frozen=True)
class UniqueRule:
    """Attributes that no two records share, among the open ones or all."""

    attributes: tuple[str, ...]
    among_open: bool

    @property
    def name(self) -> str:
        """The rule's name in the table of taken values."""
        return "+".join(self.attributes)


@dataclass(frozen=True)
class LinkKind:
    """A relation to records of another register."""

    name: str
    labels: Mapping[str, str]
    register: str
    one_open: bool


@dataclass(frozen=True)
class AccessRule:
    """Who (role in organization) may do what with which records, up to which fields."""

    roles: frozenset[str]
    organizations: frozenset[str]
    scope: str
    actions: frozenset[str]
    rank: int

    def applies_to(self, role: str, organization: str) -> bool:
        """Whether somebody in this role of this organization has the rule's rights."""
        return not (
            self.roles.isdisjoint((role, ANY))
            or self.organizations.isdisjoint((organization, ANY))
        )


class Rules:
    """One published register, ready to use."""

    def __init__(self, version: RegisterVersion) -> None:
        spec = version.spec
        self.register_id: int = version.definition_id
        self.number = version.number
        self.code: str = spec["code"]
        self.labels: Mapping[str, str] = spec["labels"]
        self.subject: str = spec.get("subject", "other")
        self.key_pattern = KeyPattern.parse(spec["key_pattern"])
        self.title_template: str = spec.get("title_template", "")
        self.list_columns: tuple[str, ...] = tuple(spec.get("list_columns", ("key", "title")))
        self.retention: Mapping[str, str] = spec.get("retention", {})
        self.attributes: dict[str, Attribute] = {
            row["name"]: _attribute(row) for row in spec.get("attributes", [])
        }
        self.statuses: dict[str, Status] = {
            row["name"]: _status(row) for row in spec["statuses"]
        }
        self.links: dict[str, LinkKind] = {
            row["name"]: _link(row) for row in spec.get("links", [])
        }
        self.unique = tuple(_unique(row) for row in spec.get("unique", []))
        self.access = tuple(_access(row) for row in spec.get("access", []))

    def __str__(self) -> str:
        return pick(self.labels) or self.code

    @cached_property
    def register(self) -> Register:
        """The register itself as far as it is known here, for those who name it."""
        return Register(
            pk=self.register_id,
            code=self.code,
            title_az=self.labels.get("az", ""),
            title_en=self.labels.get("en", ""),
        )

    @property
    def initial_status(self) -> str:
        """The status of a new record: the first."""
        return next(iter(self.statuses))

    def is_closed(self, status: str) -> bool:
        """Whether a record in this status is closed."""
        known = self.statuses.get(status)
        return known is not None and known.closed

    def moves_from(self, status: str) -> list[Status]:
        """Where a record in this status may move."""
        known = self.statuses.get(status)
        others = [other for other in self.statuses.values() if other.name != status]
        if known is None or known.moves is None:
            return others
        return [other for other in others if other.name in known.moves]

    def status_label(self, status: str) -> str:
        """The status in the active language; one that the register lost, as its code."""
        known = self.statuses.get(status)
        return known.label if known else status

    @cached_property
    def title_rank(self) -> int:
        """How protected the title is: as its most protected attribute."""
        names = template_names(self.title_template)
        ranks = [self.attributes[name].rank for name in names if name in self.attributes]
        return max(ranks, default=RANKS["public"] if names else RANKS["personal"])


def _attribute(row: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=row["name"],
        type=row.get("type", "text"),
        labels=row.get("labels", {}),
        list=row.get("list", ""),
        rank=RANKS[row.get("sensitivity", DEFAULT_SENSITIVITY)],
        searchable=row.get("searchable", False),
    )


def _status(row: Mapping[str, Any]) -> Status:
    moves = tuple(row["moves"]) if "moves" in row else None
    return Status(row["name"], row.get("labels", {}), moves, row.get("closed", False))


def _link(row: Mapping[str, Any]) -> LinkKind:
    return LinkKind(
        row["name"], row.get("labels", {}), row["register"], row.get("one_open", False)
    )


def _unique(row: Mapping[str, Any]) -> UniqueRule:
    return UniqueRule(tuple(row["attributes"]), row.get("among", "open") == "open")


def _access(row: Mapping[str, Any]) -> AccessRule:
    return AccessRule(
        roles=frozenset(row["roles"]),
        organizations=frozenset(row["organizations"]),
        scope=row["scope"],
        actions=frozenset(row.get("actions", [])),
        rank=RANKS[row.get("sensitivity", DEFAULT_SENSITIVITY)],
    )


class RuleBook:
    """Every published register by id and by code."""

    def __init__(self, rules: list[Rules]) -> None:
        self.by_id = {rule.register_id: rule for rule in rules}
        self.by_code = {rule.code: rule for rule in rules}

    def __iter__(self) -> Iterator[Rules]:
        return iter(self.by_id.values())


@lru_cache(maxsize=500)
def rules_of_version(pk: int) -> Rules:
    """The rules of a version by its primary key; versions never change."""
    return Rules(RegisterVersion.objects.get(pk=pk))


def _read_book() -> RuleBook:
    newest = RegisterVersion.objects.order_by("definition_id", "-number")
    pks = newest.distinct("definition_id").values_list("pk", flat=True)
    return RuleBook([rules_of_version(pk) for pk in pks])


# Versions are only added: their number and newest id tell whether another was published.
_newest = Kept(lambda: stamp_of(RegisterVersion), _read_book)


_steady: ContextVar[RuleBook | None] = ContextVar("rule_book", default=None)


def rule_book() -> RuleBook:
    """Every published register as it stands now: one tiny query, then memory."""
    return _steady.get() or once_in_a_request("rule_book", _newest.get)


@contextmanager
def one_rule_book() -> Iterator[RuleBook]:
    """Inside this the rules stay what they were at its beginning, and are asked for once."""
    book = rule_book()
    token = _steady.set(book)
    try:
        yield book
    finally:
        _steady.reset(token)


def rules_of(register_id: int) -> Rules:
    """The rules in force for a register. Raises LookupError before its first publication."""
    return rule_book().by_id[register_id]
