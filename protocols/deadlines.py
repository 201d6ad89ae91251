"""Working-time arithmetic. Pure: the calendar of days off is passed in.

Hours and days run around the clock; working hours and working days skip weekends and
holidays. A term in days ends when the offices close on its last day, as a person reading
"10 working days" expects.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Baku")
UNITS = ("hours", "working_hours", "days", "working_days")
LONGEST = 10_000  # of any unit; beyond it a slip of the finger would count days for ever
SATURDAY = 5


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days and hours are worked. `days_off` are holidays; weekends are known.

    `shifts` are the worked parts of a day in local time, in order, not overlapping.
    """

    days_off: frozenset[date] = frozenset()
    shifts: tuple[tuple[time, time], ...] = field(
        default=((time(9), time(13)), (time(14), time(18)))
    )

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on `day`."""
        return day.weekday() < SATURDAY and day not in self.days_off

    @property
    def closes(self) -> time:
        """When offices close on a working day."""
        return self.shifts[-1][1]

    def working_days_after(self, day: date) -> Iterator[date]:
        """Working days after `day`, in order, for ever."""
        while True:
            day += timedelta(days=1)
            if self.is_working_day(day):
                yield day


def due_at(start: datetime, value: int, unit: str, calendar: WorkingCalendar) -> datetime:
    """When a term of `value` `unit` that begins at `start` (aware) ends, in Baku time.

    Raises ValueError for a negative value or an unknown unit.
    """
    if value < 0 or unit not in UNITS:
        raise ValueError(f"No such term: {value} {unit}")
    start = start.astimezone(ZONE)
    if unit == "hours":
        return _add_elapsed(start, timedelta(hours=value))
    if unit == "working_hours":
        return _add_working(start, timedelta(hours=value), calendar)
    if unit == "days":
        return _closing(start.date() + timedelta(days=value), start, calendar)
    return _closing(_working_day_after(start.date(), value, calendar), start, calendar)


def escalation_times(
    on_overdue: Mapping[str, Any] | None, due: datetime, calendar: WorkingCalendar
) -> list[tuple[int, str, datetime]]:
    """The ladder as (level from 1, role, when); each rung counts from the one before."""
    if not on_overdue:
        return []
    rungs = [(1, on_overdue["escalate_to"], due)]
    moment = due
    for level, rung in enumerate(on_overdue.get("then", ()), start=2):
        moment = due_at(moment, rung["after"]["value"], rung["after"]["unit"], calendar)
        rungs.append((level, rung["escalate_to"], moment))
    return rungs


def _add_elapsed(start: datetime, span: timedelta) -> datetime:
    """`start` plus real time, whatever the clocks on the wall do."""
    utc = ZoneInfo("UTC")
    return (start.astimezone(utc) + span).astimezone(ZONE)


def _working_day_after(day: date, count: int, calendar: WorkingCalendar) -> date:
    days = calendar.working_days_after(day)
    for _count in range(count):
        day = next(days)
    return day


def _closing(day: date, start: datetime, calendar: WorkingCalendar) -> datetime:
    """Closing time of `day`, but never before `start` (a term of 0 days begun at night)."""
    return max(datetime.combine(day, calendar.closes, ZONE), start)


def _add_working(start: datetime, span: timedelta, calendar: WorkingCalendar) -> datetime:
    moment = start
    for begins, ends in _shifts_from(start, calendar):
        moment = max(begins, start)
        if moment + span <= ends:
            return moment + span
        span -= ends - moment
    return moment


def _shifts_from(
    start: datetime, calendar: WorkingCalendar
) -> Iterator[tuple[datetime, datetime]]:
    """Worked spans that end after `start`, in order, for ever."""
    day = start.date()
    while True:
        if calendar.is_working_day(day):
            for begins, ends in calendar.shifts:
                if (finish := datetime.combine(day, ends, ZONE)) > start:
                    yield datetime.combine(day, begins, ZONE), finish
        day += timedelta(days=1)
