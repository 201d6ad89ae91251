"""Between what people type or read and the values that answers hold.

Every `read_*` gives the value, or the typed text unchanged when it is not one: evaluation
then names the problem and the person sees what was typed.
"""

import re
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

_DAY_FIRST = re.compile(r"(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})")
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


def read_time(typed: str) -> str:
    """ "9:05", "9.05" or "0905" as "09:05"."""
    text = typed.strip()
    found = _TIME.fullmatch(text) or re.fullmatch(r"(\d{2})(\d{2})", text)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return f"{int(found[1]):02}:{found[2]}"
    return text


def read_moment(typed_date: str, typed_time: str) -> str:
    """A typed date and time as ISO date-time with Baku's offset, or both texts joined."""
    day, clock = read_date(typed_date), read_time(typed_time)
    if not day and not clock:
        return ""
    try:
        naive = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))
    except ValueError:
        return f"{day} {clock}"
    return timezone.make_aware(naive).isoformat()


def split_moment(value: Any) -> tuple[str, str]:
    """A stored date-time as ("05.03.2026", "09:05") in Baku, or the two texts typed."""
    text = str(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        day, _, clock = text.partition(" ")
        return show_date(day), clock
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return local.strftime("%d.%m.%Y"), local.strftime("%H:%M")


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


def show_number(value: Any, language: str) -> str:
    """A number with the decimal comma of Azerbaijani; text unchanged."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = repr(value)
    return text.replace(".", ",") if language == "az" else text


def read_point(latitude: str, longitude: str) -> dict[str, float] | str:
    """Two typed coordinates as {"lat", "lon"}, or both texts joined."""
    lat, lon = read_decimal(latitude), read_decimal(longitude)
    if lat == "" and lon == "":
        return ""
    if isinstance(lat, str) or isinstance(lon, str):
        return f"{lat} {lon}"
    return {"lat": lat, "lon": lon}


def split_point(value: Any) -> tuple[str, str]:
    """A stored place as its two coordinates, as typed."""
    if isinstance(value, dict):
        return str(value.get("lat", "")), str(value.get("lon", ""))
    lat, _, lon = str(value).partition(" ")
    return lat, lon
