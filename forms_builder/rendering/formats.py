"""Between what people type or read and the values that answers hold.

Every `read_*` gives the value, or the typed text unchanged when it is not one: evaluation
then names the problem and the person sees what was typed.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from itertools import zip_longest
from typing import Any

from forms_builder.expressions import dates

LOCAL = timezone(timedelta(minutes=dates.UTC_OFFSET_MINUTES))
_DAY_FIRST = re.compile(r"(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})")
_MONTH = re.compile(r"(\d{1,2})[ ./-](\d{4})|(\d{4})-(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?")
_INTEGER = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})")


def read_date(typed: str) -> str:
    """ "5.3.2026", "05/03/2026", "05032026" or "2026-03-05" as "2026-03-05"."""
    text = typed.strip()
    for pattern, order in (
        (_DAY_FIRST, (3, 2, 1)),
        (_YEAR_FIRST, (1, 2, 3)),
        (_DIGITS, (3, 2, 1)),
    ):
        if found := pattern.fullmatch(text):
            year, month, day = (int(found[place]) for place in order)
            try:
                return date(year, month, day).isoformat()
            except ValueError:
                return text
    return text


def show_date(value: Any) -> str:
    """ "2026-03-05" as "05.03.2026"; what is not a date unchanged."""
    text = str(value)
    found = _YEAR_FIRST.fullmatch(text)
    return f"{found[3]}.{found[2]}.{found[1]}" if found else text


def precision_of(node: Mapping[str, Any]) -> str:
    """ "year" or "month" for dates that ask no more (XLSForm `year`, `month-year`), else ""."""
    words = str(node.get("appearance", "")).split()
    return "year" if "year" in words else "month" if "month-year" in words else ""


def read_period(typed: str, precision: str) -> str:
    """ "2026" or "3.2026" as the first day of that year or month; else as `read_date`."""
    text = typed.strip()
    if precision == "year" and re.fullmatch(r"[12]\d{3}", text):
        return f"{text}-01-01"
    if precision == "month" and (found := _MONTH.fullmatch(text)):
        year, month = found[2] or found[3], int(found[1] or found[4])
        return f"{year}-{month:02}-01" if 1 <= month <= 12 else text
    return read_date(text)


def show_period(value: Any, precision: str) -> str:
    """A stored date as its year or month; with its day when that says more."""
    found = _YEAR_FIRST.fullmatch(str(value))
    if found and precision == "year" and (found[2], found[3]) == ("01", "01"):
        return found[1]
    if found and precision == "month" and found[3] == "01":
        return f"{found[2]}.{found[1]}"
    return show_date(value)


def read_time(typed: str) -> str:
    """ "9:05", "9.05" or "0905" as "09:05"."""
    text = typed.strip()
    found = _TIME.fullmatch(text) or re.fullmatch(r"(\d{2})(\d{2})", text)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return f"{int(found[1]):02}:{found[2]}"
    return text


def read_moment(typed_date: str, typed_time: str) -> str:
    """A typed date and time as ISO date-time on the local clock, or both texts joined.

    The local clock is that of expressions: four hours east of UTC, all the year and always.
    """
    day, clock = read_date(typed_date), read_time(typed_time)
    if not day and not clock:
        return ""
    try:
        naive = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))
    except ValueError:
        return f"{day} {clock}"
    return naive.replace(tzinfo=LOCAL).isoformat()


def split_moment(value: Any) -> tuple[str, str]:
    """A stored date-time as ("05.03.2026", "09:05") on the local clock, or the texts typed."""
    text = str(value)
    moment = dates.to_moment(text)
    if moment is None:
        day, _, clock = text.partition(" ")
        return show_date(day), clock
    return show_date(dates.date_text(moment)), f"{moment:%H:%M}"


def show_moment(value: Any) -> str:
    """A stored date-time as "05.03.2026 09:05"."""
    return " ".join(part for part in split_moment(value) if part)


def read_integer(typed: str) -> int | str:
    """ "1 200" as 1200."""
    text = re.sub(r"[\s\u00a0]", "", typed)
    return int(text) if _INTEGER.fullmatch(text) else typed.strip()


def read_decimal(typed: str) -> float | int | str:
    """ "12,5" or "12.5" as 12.5; a whole number as int."""
    text = re.sub(r"[\s\u00a0]", "", typed)
    if not _DECIMAL.fullmatch(text):
        return typed.strip()
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def show_number(value: Any, language: str, *, grouped: bool = False) -> str:
    """A number with the decimal comma of Azerbaijani; text unchanged.

    `grouped` parts thousands with a space that does not break.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = repr(value)
    if grouped and "e" not in text:
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}".replace(",", "\u00a0") + point + rest
    return text.replace(".", ",") if language == "az" else text


MAX_END = 1e15  # as of every number that is answered


def range_of(node: Mapping[str, Any]) -> tuple[float, float, float]:
    """Start, end and step of a range question; XLSForm's 1, 10 and 1 where it says none."""
    parameters = node.get("parameters", {})
    found = []
    for name, usual in (("start", 1.0), ("end", 10.0), ("step", 1.0)):
        try:
            number = float(parameters.get(name, usual))
        except (ValueError, TypeError):
            number = usual
        found.append(number if abs(number) < MAX_END else usual)
    low, high, step = found
    return min(low, high), max(low, high), abs(step) or 1.0


def range_steps(node: Mapping[str, Any]) -> list[str]:
    """The values of a range question, lowest first; nothing when there are very many."""
    low, high, step = range_of(node)
    count = int((high - low) / step + 1e-9) + 1
    if not 1 < count <= 1000:
        return []
    return [show_number(round(low + place * step, 9), "en") for place in range(count)]


def read_point(latitude: str, longitude: str, fix: str = "") -> dict[str, float] | str:
    """Two typed coordinates as {"lat", "lon"}, or both texts joined.

    `fix` ("lat lon alt acc", "-" for unknown) is what the device measured: its altitude and
    accuracy, in metres, belong to these two numbers only.
    """
    lat, lon = read_decimal(latitude), read_decimal(longitude)
    if lat == "" and lon == "":
        return ""
    if isinstance(lat, str) or isinstance(lon, str):
        return f"{lat} {lon}"
    point: dict[str, float] = {"lat": lat, "lon": lon}
    measured = [read_decimal(text) for text in fix.split()]
    if measured[:2] == [lat, lon]:
        more = zip(("alt", "acc"), measured[2:4], strict=False)
        point |= {name: number for name, number in more if not isinstance(number, str)}
    return point


def fix_of(value: Any) -> str:
    """What the device measured of a stored place, for `read_point`; "" for a typed one."""
    if not isinstance(value, Mapping) or not {"alt", "acc"} & value.keys():
        return ""
    return " ".join(str(value.get(name, "-")) for name in ("lat", "lon", "alt", "acc"))


def accuracy_of(value: Any) -> str:
    """ "± 12 m" for a place that the device measured."""
    if not isinstance(value, Mapping) or not isinstance(value.get("acc"), int | float):
        return ""
    return f"± {value['acc']:.0f} m"


def split_point(value: Any) -> tuple[str, str]:
    """A stored place as its two coordinates, as typed."""
    if isinstance(value, dict):
        return _coordinate(value.get("lat", "")), _coordinate(value.get("lon", ""))
    lat, _, lon = str(value).partition(" ")
    return lat, lon


def _coordinate(value: Any) -> str:
    """A coordinate as people write it: 40.4, 40, never 40.0 or 4e-05."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.9f}".rstrip("0").rstrip(".")


def show_point(value: Any) -> str:
    """A stored place as "40.4093, 49.8671 (± 12 m)"."""
    text = ", ".join(part for part in split_point(value) if part)
    accuracy = accuracy_of(value)
    return f"{text} ({accuracy})" if accuracy else text


def read_points(
    latitudes: Sequence[str], longitudes: Sequence[str], fixes: Sequence[str]
) -> list[Any]:
    """Typed points in order, empty ones left out; one that is no place stays text."""
    rows = zip_longest(latitudes, longitudes, fixes, fillvalue="")
    return [point for row in rows if (point := read_point(*row)) != ""]


def points_of(value: Any, *, is_area: bool) -> list[Any]:
    """The points of a stored line or area as they are typed; an area's last is its first."""
    given = list(value) if isinstance(value, list | tuple) else [value] if value else []
    if is_area and len(given) > 3 and given[0] == given[-1]:
        del given[-1]
    return given
