"""Functions of dates and times; an empty or impossible date gives an empty result."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

from . import dates
from .scope import Run
from .table import Function
from .values import NAN, Value, scalar, to_number, to_text

# Hears, while somebody listens, of every text that should be a date and is none.
HEAR_MISFIT: ContextVar[Callable[[str], None] | None] = ContextVar("misfit", default=None)


def to_moment(value: Value) -> datetime | None:
    """The local moment of an ISO text or of a number of days."""
    single = scalar(value)
    if isinstance(single, str):
        moment = dates.to_moment(single)
        if moment is not None or not single:
            return moment
        if hear := HEAR_MISFIT.get():
            hear(single)
    return dates.from_days(to_number(single))


def _date(value: Value) -> str:
    moment = to_moment(value)
    return dates.date_text(moment) if moment else ""


def _date_time(value: Value) -> str:
    moment = to_moment(value)
    return dates.moment_text(moment) if moment else ""


def _decimal_date_time(value: Value) -> float:
    moment = to_moment(value)
    return NAN if moment is None else dates.days_of(moment)


def _decimal_time(value: Value) -> float:
    fraction = dates.time_fraction(to_text(value))
    return NAN if fraction is None else fraction


def _format(value: Value, pattern: Value) -> str:
    moment = to_moment(value)
    return dates.format_moment(moment, to_text(pattern)) if moment else ""


def _difference_in_months(start: Value, end: Value) -> float:
    first, last = to_moment(start), to_moment(end)
    return float(dates.months_between(first, last)) if first and last else NAN


def _age_in_years(run: Run, birth: Value, on: Value | None = None) -> float:
    """Whole years from `birth` until today, or until `on`."""
    first, last = to_moment(birth), to_moment(run.today if on is None else on)
    if not first or not last:
        return NAN
    months = dates.months_between(first, last)
    return float(months // 12 if months >= 0 else -(-months // 12))


def _working_days(run: Run, start: Value, end: Value) -> float:
    first, last = to_moment(start), to_moment(end)
    if not first or not last:
        return NAN
    return float(dates.working_days(first.date(), last.date(), run.holidays()))


FUNCTIONS = [
    Function("today", 0, 0, "date", lambda run: run.today, needs_run=True),
    Function("now", 0, 0, "date", lambda run: run.now, needs_run=True),
    Function("date", 1, 1, "date", _date),
    Function("date-time", 1, 1, "date", _date_time),
    Function("decimal-date-time", 1, 1, "number", _decimal_date_time),
    Function("decimal-time", 1, 1, "number", _decimal_time),
    Function("format-date", 2, 2, "text", _format),
    Function("format-date-time", 2, 2, "text", _format),
    Function("difference-in-months", 2, 2, "number", _difference_in_months),
    Function("age-in-years", 1, 2, "number", _age_in_years, needs_run=True),
    Function("working-days", 2, 2, "number", _working_days, needs_run=True),
]
