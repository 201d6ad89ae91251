"""What clients send, judged by question type and turned into the stored form.

Every function takes the raw value and returns the answer as docs/architecture.md stores
it, or None for "not answered". It raises Misfit with a sentence for people.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.expressions import dates
from forms_builder.expressions.values import number_text
from forms_builder.schema import FILES, POINTS, SELECT_MANY, SELECT_ONE

MAX_TEXT = 10_000
MAX_NUMBER = 10**15
MAX_POINTS = 10_000
Coerce = Callable[[Any], Any]

_INTEGER = re.compile(r"[-+]?\d{1,16}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\d{1,16}(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_LOCAL_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_TIME = re.compile(
    r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Misfit(ValueError):
    """A value does not fit its question; `code` is the problem's code."""

    def __init__(self, message: str, code: str = "type") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def coercer(
    kind: str, parameters: Mapping[str, Any] | None = None, appearance: str = ""
) -> Coerce:
    """The function that judges and stores answers of a question type."""
    if kind == "range":
        return _range(parameters or {})
    if kind == "date" and appearance:
        return _PERIODS.get(next(iter({*appearance.split()} & _PERIODS.keys()), ""), date_)
    return _COERCERS.get(kind, text)


def clean(raw: str) -> str:
    """`raw` as it can be stored: no NUL, no half characters, plain line ends."""
    if raw.isascii() and "\0" not in raw and "\r" not in raw:
        return raw
    return _SURROGATE.sub("", raw.replace("\0", "").replace("\r\n", "\n"))


def text(raw: Any) -> str | None:
    """Text of at most 10,000 characters; spaces alone are no answer."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Misfit(_("Write text here."))
    value = clean(raw) if isinstance(raw, str) else str(raw)
    if len(value) > MAX_TEXT:
        message = _("The text has %(count)s characters; %(limit)s are allowed. Shorten it.")
        raise Misfit(message % {"count": len(value), "limit": MAX_TEXT}, "too_long")
    return value if value.strip() else None


def integer(raw: Any) -> int | None:
    """A whole number below 10**15."""
    number = _number(raw, _INTEGER, _not_whole)
    if number is None:
        return None
    if number != int(number):
        raise Misfit(_not_whole())
    return int(number)


def decimal(raw: Any) -> float | None:
    """A number; the decimal sign is a point or a comma."""
    number = _number(raw, _DECIMAL, _not_number)
    return int(number) if number is not None and number == int(number) else number


# Translated only when needed: answers that fit are the common case.
def _not_whole() -> str:
    return _("Write a whole number, for example 12.")


def _not_number() -> str:
    return _("Write a number, for example 12.5.")


def _not_place() -> str:
    return _("Write the place as latitude and longitude, for example 40.41 49.87.")


def _number(raw: Any, pattern: re.Pattern[str], message: Callable[[], str]) -> float | None:
    if isinstance(raw, str):
        if not raw.strip():
            return None
        if not pattern.fullmatch(raw.strip()):
            raise Misfit(message())
        raw = float(raw.strip().replace(",", "."))
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Misfit(message())
    if not abs(raw) < MAX_NUMBER:  # NaN too
        raise Misfit(_("The number is too large."))
    return raw


def _range(parameters: Mapping[str, Any]) -> Coerce:
    low, high, step = (_bound(parameters.get(name)) for name in ("start", "end", "step"))

    def in_range(raw: Any) -> float | None:
        number = decimal(raw)
        if number is None or low is None or high is None:
            return number
        if not min(low, high) <= number <= max(low, high):
            message = _("Choose a number from %(low)s to %(high)s.")
            raise Misfit(message % {"low": f"{low:g}", "high": f"{high:g}"})
        if step and not _is_whole((number - low) / step):
            message = _("Choose a number from %(low)s to %(high)s in steps of %(step)s.")
            shown = {"low": f"{low:g}", "high": f"{high:g}", "step": f"{abs(step):g}"}
            raise Misfit(message % shown)
        return number

    return in_range


def _is_whole(number: float) -> bool:
    """Whether a number of steps is whole, as far as floats can tell."""
    return abs(number - round(number)) < 1e-6


def _bound(raw: Any) -> float | None:
    try:
        return float(raw)
    except (TypeError, ValueError):
        return None


def date_(raw: Any) -> str | None:
    """A date as 2026-11-22; 22.11.2026 is understood too."""
    if not isinstance(raw, str):
        raise Misfit(_("Write the date as day.month.year, for example 22.11.2026."))
    if not raw.strip():
        return None
    if found := _DATE.fullmatch(raw.strip()):
        year, month, day = found.groups()
    elif found := _LOCAL_DATE.fullmatch(raw.strip()):
        day, month, year = found.groups()
    else:
        raise Misfit(_("Write the date as day.month.year, for example 22.11.2026."))
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Misfit(_("There is no such day in the calendar.")) from None


def _period(message: Callable[[], str]) -> Coerce:
    """Dates of which only the month or the year is asked; `message` says how to write it."""

    def period(raw: Any) -> str | None:
        try:
            return date_(raw)
        except Misfit as misfit:
            raise Misfit(message()) from misfit

    return period


_PERIODS: dict[str, Coerce] = {
    "year": _period(lambda: _("Write the year, for example 2026.")),
    "month-year": _period(lambda: _("Write the month and the year, for example 11.2026.")),
}


def time(raw: Any) -> str | None:
    """A time of day as 09:30."""
    if isinstance(raw, str) and not raw.strip():
        return None
    found = _TIME.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise Misfit(_("Write the time as hours:minutes, for example 09:30."))
    return f"{int(found[1]):02d}:{found[2]}"


def date_time(raw: Any) -> str | None:
    """A date-time with its offset; one without is on the local clock."""
    if isinstance(raw, str) and not raw.strip():
        return None
    try:
        if len(raw.strip()) < 12 or dates.to_moment(raw) is None:
            raise ValueError(raw)
        moment = datetime.fromisoformat(raw.strip())
    except (ValueError, AttributeError):
        message = _("Write the date and the time, for example 22.11.2026 and 09:30.")
        raise Misfit(message) from None
    if moment.tzinfo is not None:
        return moment.isoformat()
    hours, minutes = divmod(dates.UTC_OFFSET_MINUTES, 60)
    return f"{moment.isoformat()}+{hours:02d}:{minutes:02d}"


def name(raw: Any) -> str | None:
    """The name of one choice."""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < MAX_NUMBER:
        raw = number_text(raw)
    if not isinstance(raw, str):
        raise Misfit(_("Choose one of the values."))
    return clean(raw.strip()) or None


def names(raw: Any) -> list[str] | None:
    """The names of several choices, each once; texts are split at spaces."""
    texts = [raw] if isinstance(raw, str) else raw
    if not isinstance(texts, list) or not all(isinstance(part, str) for part in texts):
        raise Misfit(_("Choose some of the values."))
    found = dict.fromkeys(clean(part) for one in texts for part in one.split())
    found.pop("", None)
    return list(found) or None


def order(raw: Any) -> list[str] | None:
    """The names of choices in their order; typed places that give none come as a map."""
    if isinstance(raw, Mapping) and raw:
        raise Misfit(_("Give each a place of its own: 1 for the first, 2 for the next."))
    return names(raw)


def acknowledge(raw: Any) -> str | None:
    """A confirmation: "OK" or nothing."""
    if raw in (True, "OK", "ok", "on", "yes", "true", "1"):
        return "OK"
    if raw in (False, "", "no", "false", "0"):
        return None
    raise Misfit(_("Confirm or leave it empty."))


def file(raw: Any) -> dict[str, Any] | None:
    """An uploaded file: {"id", "name", "size", "type"}."""
    if raw in ("", {}):
        return None
    if not isinstance(raw, Mapping) or not isinstance(raw.get("id"), str) or not raw["id"]:
        raise Misfit(_("Attach a file."), "file")
    kept = {key: raw[key] for key in ("id", "name", "size", "type") if key in raw}
    if not all(isinstance(value, str | int) for value in kept.values()):
        raise Misfit(_("Attach a file."), "file")
    return kept


def point(raw: Any) -> dict[str, float] | None:
    """A place: {"lat", "lon", "alt"?, "acc"?}; text is "lat lon alt acc"."""
    if isinstance(raw, str):
        if not raw.strip():
            return None
        parts = raw.replace(",", " ").split() if raw.count(",") == 1 else raw.split()
        raw = dict(zip(("lat", "lon", "alt", "acc"), parts, strict=False))
    if not isinstance(raw, Mapping) or raw == {}:
        raise Misfit(_not_place())
    found: dict[str, float] = {}
    for key in ("lat", "lon", "alt", "acc"):
        if raw.get(key) not in (None, ""):
            number = _number(raw[key], _DECIMAL, _not_place)
            assert number is not None
            found[key] = float(number)
    if not (abs(found.get("lat", 99)) <= 90 and abs(found.get("lon", 999)) <= 180):
        raise Misfit(_not_place())
    return found


def line(raw: Any) -> list[dict[str, float]] | None:
    """A line: at least two places; text parts them by ";"."""
    found = _places(raw)
    if found and len(found) < 2:
        raise Misfit(_("A line needs at least two points. Add another."))
    return found or None


def area(raw: Any) -> list[dict[str, float]] | None:
    """An area: at least three corners; the last place is the first again."""
    found = _places(raw)
    is_closed = len(found) > 1 and _spot(found[0]) == _spot(found[-1])
    corners = found[:-1] if is_closed else found
    if not corners:
        return None
    if len({_spot(place) for place in corners}) < 3:
        raise Misfit(_("An area needs at least three different corners. Add more."))
    return [*corners, found[-1] if is_closed else dict(corners[0])]


def _spot(place: Mapping[str, float]) -> tuple[float, float]:
    return place["lat"], place["lon"]


def _places(raw: Any) -> list[dict[str, float]]:
    parts = [part for part in raw.split(";") if part.strip()] if isinstance(raw, str) else raw
    if not isinstance(parts, list) or len(parts) > MAX_POINTS:
        raise Misfit(_("Write the points as latitude and longitude, one after the other."))
    found = [point(part) for part in parts]
    return [place for place in found if place]


def computed(raw: Any) -> Any:
    """A value that the form computed: numbers stay numbers."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return decimal(raw)
    return text(raw)


_COERCERS: dict[str, Coerce] = {
    "calculate": computed,
    "hidden": computed,
    "integer": integer,
    "decimal": decimal,
    "date": date_,
    "time": time,
    "dateTime": date_time,
    "acknowledge": acknowledge,
    **dict.fromkeys(SELECT_ONE, name),
    **dict.fromkeys(SELECT_MANY, names),
    **dict.fromkeys(FILES, file),
    **dict.fromkeys(POINTS, point),
    "rank": order,
    "geotrace": line,
    "geoshape": area,
}
