from collections import Counter
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.calendar import (
    holidays,
    is_working_day,
    load_office_hours,
    make_up_days,
    office_hours,
)

from .conftest import Table

KNOWN_DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31))


def days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_2023_has_249_working_days() -> None:
    weekdays = [day for day in days(2023) if day.weekday() < 5]
    off = [day for day in weekdays if day in holidays()]
    assert (len(weekdays), len(off)) == (260, 11)
    assert sum(map(is_working_day, days(2023))) == 249


def test_days_off_of_each_year() -> None:
    assert Counter(day.year for day in holidays()) == {2022: 15, 2023: 17, 2024: 14}
    tet = [day for day in days(2023) if "Nguyên đán" in holidays().get(day, "")]
    assert tet == [date(2023, 1, day) for day in range(20, 27)]
    assert all(holidays().values())


def test_the_make_up_saturday_of_2024() -> None:
    assert list(make_up_days()) == [date(2024, 5, 4)]
    assert is_working_day(date(2024, 5, 4))
    assert not is_working_day(date(2024, 4, 29))


@given(KNOWN_DAYS)
def test_a_day_is_worked_by_exactly_one_reason(day: date) -> None:
    weekend = day.weekday() >= 5
    if is_working_day(day):
        assert day not in holidays()
        assert weekend == (day in make_up_days())
    else:
        assert weekend or day in holidays()
        assert day not in make_up_days()


@pytest.mark.parametrize("year", [2021, 2025])
def test_a_year_whose_holidays_are_not_known_is_refused(year: int) -> None:
    with pytest.raises(LookupError, match=rf"{year} are not known \(known: 2022, 2023, 2024\)"):
        is_working_day(date(year, 6, 1))


@given(st.dates())
def test_office_hours_make_eight_hours(day: date) -> None:
    shifts = office_hours(day)
    assert [(shift.opens, shift.closes) for shift in shifts] == [
        (time(7), time(11, 30)),
        (time(13, 30), time(17)),
    ]
    assert {shift.standing for shift in shifts} == {"assumed"}


def test_office_hours_change_on_a_day(table: Table) -> None:
    shifts = load_office_hours(
        table(
            "valid_from,valid_to,opens,closes,standing,source",
            "2024-01-01,,07:30,12:00,decided,Quyết định 2",
            ",2024-01-01,07:00,11:30,assumed,Quyết định 1",
        )
    )
    assert [shift.opens for shift in shifts if shift.holds_on(date(2023, 12, 31))] == [time(7)]
    assert [shift.opens for shift in shifts if shift.holds_on(date(2024, 1, 1))] == [time(7, 30)]
