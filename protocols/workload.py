"""The open steps of a team, filtered and counted; figures and their lists are one question.

Every number on the board is `Filters.apply` of the address behind it, so that both agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Appointment, User
from config.shared.text import alphabetically
from content.models import Place
from protocols import selectors
from protocols.models import Protocol, Step
from protocols.words import Text

TABS = [("mine", _("Mine")), ("team", _("My team's")), ("overdue", _("Overdue"))]
NOBODY = "nobody"
MOST_BARS = 12


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; `person` is a user's pk or "nobody", `area` a place's code."""

    tab: str = "mine"
    protocol: str = ""
    person: str = ""
    area: str = ""
    urgent: bool = False
    late: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """From the address; what is unknown counts as not asked for."""
        tab, person = query.get("tab", "mine"), query.get("person", "")
        return cls(
            tab=tab if tab in dict(TABS) else "mine",
            protocol=query.get("protocol", "").replace("\0", ""),
            person=person if person == NOBODY or _is_number(person) else "",
            area=query.get("area", "").replace("\0", ""),
            urgent=query.get("urgent") == "1",
            late=query.get("late") == "1",
        )

    def address(self, **more: str) -> str:
        """The query of this list."""
        asked = {"tab": self.tab, "protocol": self.protocol, "person": self.person}
        asked |= {"area": self.area, "urgent": "1" * self.urgent, "late": "1" * self.late}
        return "?" + urlencode({k: v for k, v in {**asked, **more}.items() if v})

    def other_tab(self, tab: str) -> str:
        """The address of another tab with the filters that make sense there."""
        return Filters(tab, self.protocol, urgent=self.urgent).address()

    def steps(self, user: User, now: datetime) -> "QuerySet[Step]":
        """The open steps that these filters leave."""
        chosen = {"run__protocol__code": self.protocol, "area__code": self.area}
        found = Step.objects.open().filter(_tab_filter(self.tab, user, now))
        found = found.filter(**{name: value for name, value in chosen.items() if value})
        if self.person:
            nobody = self.person == NOBODY
            found = found.filter(assignee=None if nobody else int(self.person))
        if self.urgent:
            found = found.filter(is_urgent=True)
        return found.filter(due_at__lte=now) if self.late else found


def tab_counts(user: User, now: datetime) -> dict[str, int]:
    """How many open steps each tab holds, in one query."""
    counts = {
        name: Count("pk", filter=_tab_filter(name, user, now), distinct=True)
        for name, _label in TABS
    }
    return Step.objects.open().aggregate(**counts)


def _tab_filter(tab: str, user: User, now: datetime) -> Q:
    held = selectors.appointments_of(user, now)
    if not held:
        return Q(pk__in=[])
    if tab == "team":
        return selectors.team_filter(held)
    if tab == "mine":
        return selectors.own_filter(user, held)
    return Q(due_at__lte=now, pk__in=selectors.steps_for(user, now).values("pk"))


@dataclass(frozen=True)
class Bar:
    """One row of the board: how many steps are open and late, and the lists behind them."""

    label: Text
    count: int
    late: int
    of: int
    filters: Filters

    @property
    def width(self) -> int:
        """The whole bar, in hundredths of the longest."""
        return round(100 * self.count / self.of)

    @property
    def late_width(self) -> int:
        """Its late part."""
        return round(100 * self.late / self.of)

    @property
    def address(self) -> str:
        """The steps that were counted."""
        return self.filters.address()

    @property
    def late_address(self) -> str:
        """The late ones among them."""
        return replace(self.filters, late=True).address()


def bars(user: User, now: datetime) -> list[tuple[Text, list[Bar]]]:
    """The team's open steps by protocol, by person and by area; the fullest first."""
    steps = Filters("team").steps(user, now)
    protocols = {row.code: row.title for row in Protocol.objects.all().defer("steps")}
    return [
        (_("By protocol"), _bars(steps, "run__protocol__code", "protocol", protocols, now)),
        (_("By person"), _bars(steps, "assignee", "person", _people(steps), now)),
        (_("By district"), _bars(steps, "area__code", "area", _areas(steps), now)),
    ]


def _bars(
    steps: "QuerySet[Step]", column: str, key: str, labels: Mapping[Any, Text], now: datetime
) -> list[Bar]:
    late = Count("pk", filter=Q(due_at__lte=now))
    rows = steps.order_by().values_list(column).annotate(all=Count("pk"), late=late)
    fullest = sorted(rows, key=lambda row: (-row[1], -row[2], str(row[0])))[:MOST_BARS]
    longest = max((row[1] for row in fullest), default=1)
    return [
        Bar(
            labels.get(value, _("nobody has taken them")),
            count,
            overdue,
            longest,
            _chosen(key, NOBODY if value is None else str(value)),
        )
        for value, count, overdue in fullest
        if value is not None or key == "person"
    ]


def _chosen(key: str, value: str) -> Filters:
    """The team's steps with one filter, of the name `key`."""
    chosen: dict[str, Any] = {"tab": "team", key: value}
    return Filters(**chosen)


def _people(steps: "QuerySet[Step]") -> dict[Any, Text]:
    return {user.pk: str(user) for user in assignees(steps)}


def _areas(steps: "QuerySet[Step]") -> dict[Any, Text]:
    codes = steps.order_by().values("area__code")
    return {place.code: str(place) for place in Place.objects.filter(code__in=codes)}


def assignees(steps: "QuerySet[Step]") -> list[User]:
    """Those who have one of `steps`, by name."""
    found = User.objects.filter(pk__in=steps.order_by().values("assignee"))
    return alphabetically(found)


def team(user: User, now: datetime) -> "QuerySet[User]":
    """Everybody with a post in an organization whose team `user` leads."""
    led = _led(selectors.appointments_of(user, now))
    in_force = Appointment.objects.on(timezone.localdate(now)).filter(organization__in=led)
    return User.objects.filter(is_active=True, appointments__in=in_force).distinct()


def _led(held: Iterable[Appointment]) -> list[int]:
    return [one.organization_id for one in held if one.role.code in selectors.SUPERVISING]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 18
