"""ISO dates, times and date-times as texts, and their numbers of days.

Local time is a fixed distance from UTC (Azerbaijan: four hours, no summer time), so that
server and browser agree without a time zone database.
"""

import math
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

UTC_OFFSET_MINUTES = 240
EPOCH = datetime(1970, 1, 1)
DAY_SECONDS = 86_400
MILLISECOND = timedelta(milliseconds=1)

_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_TIME = re.compile(
    r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


@lru_cache(maxsize=4096)
def to_moment(text: str) -> datetime | None:
    """The local moment an ISO date or date-time names (midnight for a date), or None."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
        if fraction:
            moment += timedelta(milliseconds=int((fraction[1:] + "00")[:3]))
        return moment + _to_local(zone)
    except (ValueError, OverflowError):
        return None


def _to_local(zone: str | None) -> timedelta:
    """What to add to a clock in `zone` to read the local clock."""
    if not zone:
        return timedelta()
    return timedelta(minutes=UTC_OFFSET_MINUTES - zone_minutes(zone))


def zone_minutes(zone: str) -> int:
    """Minutes east of UTC that "Z", "+04", "+0400" or "+04:00" says."""
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


def to_days(text: str) -> float | None:
    """Days since 1970-01-01 on the local clock, or None when `text` is no ISO date."""
    if text[4:5] != "-":
        return None
    moment = to_moment(text)
    return None if moment is None else days_of(moment)


def days_of(moment: datetime) -> float:
    """Days since 1970-01-01; whole milliseconds are divided once, as the browser does."""
    return (moment - EPOCH) // MILLISECOND / (DAY_SECONDS * 1000)


def from_days(days: float) -> datetime | None:
    """The local moment `days` after 1970-01-01, to the millisecond; None out of range."""
    if not math.isfinite(days) or abs(days) > 4_000_000:
        return None
    milliseconds = math.floor(days * DAY_SECONDS * 1000 + 0.5)
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def is_time(text: str) -> bool:
    """Whether `text` is a time of day ("09:30")."""
    return ":" in text[1:3] and _TIME.fullmatch(text) is not None


def time_fraction(text: str) -> float | None:
    """A time, or the time of a date-time, as a part of the day from 0 to 1."""
    found = _TIME.fullmatch(text.strip())
    if found:
        hour, minute, second, fraction, _zone = found.groups()
        seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
        return (seconds + _thousandths(fraction)) / DAY_SECONDS
    moment = to_moment(text)
    if moment is None:
        return None
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - midnight) // MILLISECOND / (DAY_SECONDS * 1000)


def _thousandths(fraction: str | None) -> float:
    return int((fraction[1:] + "00")[:3]) / 1000 if fraction else 0.0


def date_text(moment: datetime) -> str:
    """ISO date."""
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"


def moment_text(moment: datetime) -> str:
    """ISO date-time with milliseconds and the local offset."""
    hours, minutes = divmod(UTC_OFFSET_MINUTES, 60)
    millis = moment.microsecond // 1000
    return (
        f"{date_text(moment)}T{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
        f".{millis:03d}+{hours:02d}:{minutes:02d}"
    )


def format_moment(moment: datetime, pattern: str) -> str:
    """`moment` by ODK's pattern letters (%Y %y %m %n %b %d %e %a %H %h %M %S %3)."""
    letters = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": MONTHS[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "a": DAYS[moment.isoweekday() % 7],
        "W": f"{moment.isocalendar().week:02d}",
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
        "%": "%",
    }
    return re.sub(r"%(.)", lambda found: letters.get(found[1], found[0]), pattern)


def months_between(start: datetime, end: datetime) -> int:
    """Whole months from `start` to `end`; negative when `end` is earlier."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    early = (end.day, end.time()) < (start.day, start.time())
    return months - early


def working_days(start: date, end: date, holidays: frozenset[str]) -> int:
    """Days after `start` up to and including `end` that are worked; negative backwards."""
    if end < start:
        return -working_days(end, start, holidays)
    total = (end - start).days
    weeks, rest = divmod(total, 7)
    days = weeks * 5
    for step in range(1, rest + 1):
        days += (start.weekday() + step) % 7 < 5
    return days - sum(_is_lost_day(text, start, end) for text in holidays)


def _is_lost_day(text: str, start: date, end: date) -> bool:
    """Whether the holiday `text` takes a working day between `start` and `end`."""
    moment = to_moment(text)
    if moment is None:
        return False
    day = moment.date()
    return start < day <= end and day.weekday() < 5
