"""The line of working time against the calendar."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulator.worktime import WorkingTime, local_day, vietnam
from seeds.calendar import is_working_day

VIETNAM = timezone(timedelta(hours=7))
WORKING = WorkingTime(date(2022, 12, 1), date(2024, 12, 31))
points = st.integers(0, WORKING.end)


def local(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(VIETNAM)


@given(points)
def test_every_point_is_in_office_hours(point: int) -> None:
    at = local(WORKING.instant(point))
    minutes = at.hour * 60 + at.minute
    assert is_working_day(at.date())
    assert 7 * 60 <= minutes < 11 * 60 + 30 or 13 * 60 + 30 <= minutes < 17 * 60


@given(points)
def test_reading_gives_the_point_back(point: int) -> None:
    assert WORKING.reading(WORKING.instant(point)) == point


@given(st.integers(vietnam(2022, 12, 1), vietnam(2024, 12, 30)))
def test_reading_is_the_next_point(instant: int) -> None:
    point = WORKING.reading(instant)
    assert WORKING.instant(point) >= instant
    assert point == 0 or WORKING.instant(point - 1) < instant


@given(points, points)
def test_the_line_only_rises(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert WORKING.instant(low) < WORKING.instant(high) or low == high


@given(st.integers(0, WORKING.end // 2), st.integers(1, 60))
def test_calendar_days_end_on_a_working_day_at_the_same_hour(point: int, days: int) -> None:
    begun, ended = (local(WORKING.instant(p)) for p in (point, WORKING.after_days(point, days)))
    assert ended.time() == begun.time()
    first = begun.date() + timedelta(days=days)
    assert ended.date() >= first
    assert not any(
        is_working_day(first + timedelta(days=n)) for n in range((ended.date() - first).days)
    )


def test_new_year_and_lunch() -> None:
    friday = WORKING.reading(vietnam(2023, 12, 29, 16, 59)) + 60
    assert local(WORKING.instant(friday)) == datetime(2024, 1, 2, 7, tzinfo=VIETNAM)
    noon = WORKING.reading(vietnam(2023, 5, 8, 12))
    assert local(WORKING.instant(noon)) == datetime(2023, 5, 8, 13, 30, tzinfo=VIETNAM)


def test_days_and_instants() -> None:
    assert local_day(vietnam(2024, 1, 1)) == date(2024, 1, 1)
    assert local_day(vietnam(2024, 1, 1) - 1) == date(2023, 12, 31)


def test_office_hours_that_change_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors.simulator import worktime
    from seeds.calendar import Shift, office_hours

    def changing(day: date) -> tuple[Shift, ...]:
        return office_hours(day)[: 1 + day.day % 2]

    monkeypatch.setattr(worktime, "office_hours", changing)
    with pytest.raises(ValueError, match="same office hours"):
        WorkingTime(date(2023, 1, 1), date(2023, 2, 1))
