"""Working-time arithmetic."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.deadlines import (
    WorkingCalendar,
    due_at,
    escalation_times,
)
from protocols.holidays import YEARS, days_off

BAKU = ZoneInfo("Asia/Baku")
CALENDAR = WorkingCalendar(frozenset(row.day for year in YEARS for row in days_off(year)))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 1), timezones=st.just(BAKU))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BAKU)


class TestDueAt:
    @pytest.mark.parametrize(
        ("start", "value", "unit", "due"),
        [
            pytest.param("2026-11-20T23:30", 2, "hours", "2026-11-21T01:30", id="night"),
            pytest.param("2026-11-20T12:00", 72, "hours", "2026-11-23T12:00", id="weekend"),
            pytest.param(
                "2026-11-20T12:00", 1, "working_days", "2026-11-23T18:00", id="friday"
            ),
            pytest.param(
                "2026-03-19T10:00", 1, "working_days", "2026-03-31T18:00", id="novruz"
            ),
            pytest.param(
                "2026-11-06T10:00", 2, "working_days", "2026-11-12T18:00", id="victory"
            ),
            pytest.param("2026-11-16T12:00", 30, "days", "2026-12-16T18:00", id="month"),
            pytest.param("2026-11-16T20:00", 0, "days", "2026-11-16T20:00", id="after closing"),
            pytest.param(
                "2026-11-20T16:00", 4, "working_hours", "2026-11-23T11:00", id="hours"
            ),
            pytest.param(
                "2026-11-16T12:00", 2, "working_hours", "2026-11-16T15:00", id="lunch"
            ),
            pytest.param(
                "2026-11-21T12:00", 0, "working_hours", "2026-11-23T09:00", id="closed"
            ),
        ],
    )
    def test_counts_as_people_read_it(self, start, value, unit, due):
        assert due_at(at(start), value, unit, CALENDAR) == at(due)

    @pytest.mark.parametrize(("value", "unit"), [(-1, "hours"), (1, "weeks")])
    def test_refuses_what_is_not_a_term(self, value, unit):
        with pytest.raises(ValueError, match="No such term"):
            due_at(at("2026-11-16T12:00"), value, unit, CALENDAR)

    @given(start=moments, hours=st.integers(0, 2000))
    def test_adds_hours_around_the_clock(self, start, hours):
        assert due_at(start, hours, "hours", CALENDAR) - start == timedelta(hours=hours)

    @given(
        start=moments,
        value=st.integers(0, 60),
        unit=st.sampled_from(["hours", "working_hours", "days", "working_days"]),
    )
    def test_never_ends_before_it_begins_and_never_shrinks(self, start, value, unit):
        due = due_at(start, value, unit, CALENDAR)

        assert due >= start
        assert due_at(start, value + 1, unit, CALENDAR) >= due

    @given(start=moments, value=st.integers(1, 60))
    def test_ends_working_days_on_a_working_day_with_just_that_many_between(self, start, value):
        due = due_at(start, value, "working_days", CALENDAR)

        assert CALENDAR.is_working_day(due.date())
        days = range(1, (due.date() - start.date()).days + 1)
        worked = [CALENDAR.is_working_day(start.date() + timedelta(days=n)) for n in days]
        assert sum(worked) == value


class TestDaysOff:
    def test_name_each_day_once(self):
        days = [row.day for year in YEARS for row in days_off(year)]

        assert len(days) == len(set(days))

    def test_move_a_festive_day_from_the_weekend_to_the_next_working_day(self):
        days = {row.day for row in days_off(2026)}

        assert date(2026, 3, 9) in days  # 8 March is a Sunday
        assert date(2026, 11, 10) in days  # 8 November is a Sunday, the 9th is festive

    def test_leave_the_day_of_mourning_where_it_is(self):
        assert date(2024, 1, 22) not in {row.day for row in days_off(2024)}


class TestEscalationTimes:
    def test_climb_rung_by_rung(self):
        ladder = {
            "escalate_to": "supervisor",
            "then": [{"escalate_to": "admin", "after": {"value": 2, "unit": "hours"}}],
        }

        rungs = escalation_times(ladder, at("2026-11-16T12:00"), CALENDAR)

        assert rungs == [
            (1, "supervisor", at("2026-11-16T12:00")),
            (2, "admin", at("2026-11-16T14:00")),
        ]

    def test_are_none_without_a_ladder(self):
        assert escalation_times(None, at("2026-11-16T12:00"), CALENDAR) == []
