"""Days off by the Labour Code of Azerbaijan, as data for the `Holiday` table.

Fixed days repeat each year. Ramazan and Qurban follow the moon and are announced; those of
a year not yet announced are marked as expected. A festive day that meets a weekend or
another festive day moves to the next working day; the day of mourning (20 January) does not.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple


class DayOff(NamedTuple):
    """One row of the table."""

    day: date
    title_az: str
    title_en: str
    is_expected: bool = False


YEARS = (2024, 2025, 2026, 2027)
MOURNING = (1, 20)
FIXED: dict[tuple[int, int], tuple[str, str]] = {
    (1, 1): ("Yeni il", "New Year"),
    (1, 2): ("Yeni il", "New Year"),
    MOURNING: ("Ümumxalq hüzn günü", "Day of National Mourning"),
    (3, 8): ("Qadınlar günü", "Women's Day"),
    **{(3, day): ("Novruz bayramı", "Novruz") for day in range(20, 25)},
    (5, 9): ("Faşizm üzərində qələbə günü", "Victory over Fascism Day"),
    (5, 28): ("Müstəqillik Günü", "Independence Day"),
    (6, 15): ("Azərbaycan xalqının Milli Qurtuluş günü", "National Salvation Day"),
    (6, 26): ("Azərbaycan Respublikasının Silahlı Qüvvələri günü", "Armed Forces Day"),
    (11, 8): ("Zəfər Günü", "Victory Day"),
    (11, 9): ("Azərbaycan Respublikasının Dövlət bayrağı günü", "State Flag Day"),
    (12, 31): ("Dünya azərbaycanlılarının həmrəyliyi günü", "Solidarity Day"),
}
RAMAZAN = ("Ramazan bayramı", "Ramazan")
QURBAN = ("Qurban bayramı", "Qurban")
MOON: dict[int, tuple[date, date, bool]] = {
    2024: (date(2024, 4, 10), date(2024, 6, 16), False),
    2025: (date(2025, 3, 30), date(2025, 6, 6), False),
    2026: (date(2026, 3, 20), date(2026, 5, 27), False),
    2027: (date(2027, 3, 9), date(2027, 5, 16), True),
}


def days_off(year: int) -> list[DayOff]:
    """All days off of `year` that are not plain weekends, with those that moved."""
    fixed = [DayOff(date(year, *place), *titles) for place, titles in FIXED.items()]
    festive = [*fixed, *_moon_days(year)]
    taken: dict[date, DayOff] = {}
    moving: list[DayOff] = []
    for row in sorted(festive):
        meets = row.day in taken or row.day.weekday() >= 5
        if meets and (row.day.month, row.day.day) != MOURNING:
            moving.append(row)
        taken.setdefault(row.day, row)
    for row in moving:
        free = _next_working(row.day, taken)
        taken[free] = row._replace(
            day=free,
            title_az=f"{row.title_az} (köçürülmüş)",
            title_en=f"{row.title_en} (moved)",
        )
    return sorted(taken.values())


def _moon_days(year: int) -> Iterator[DayOff]:
    ramazan, qurban, is_expected = MOON[year]
    for first, titles in ((ramazan, RAMAZAN), (qurban, QURBAN)):
        for offset in range(2):
            yield DayOff(first + timedelta(days=offset), *titles, is_expected=is_expected)


def _next_working(day: date, taken: dict[date, DayOff]) -> date:
    while day in taken or day.weekday() >= 5:
        day += timedelta(days=1)
    return day
