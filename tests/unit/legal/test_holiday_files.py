"""The official calendar as data: regenerated, corrected by hand, and refused when it is wrong."""

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from seeds import calendar as office
from seeds.holiday_file import YEARS, write
from seeds.law_calendar import (
    OVERRIDES,
    PUBLIC,
    CalendarDay,
    calendar_days,
    days_of,
    load_entries,
    require_years,
)
from seeds.table import DataError

HEADER = "date,kind,name,standing,source\n"


def day(value: date) -> CalendarDay:
    return next(day for day in calendar_days() if day.day == value)


def test_the_generated_file_is_what_the_package_says_today() -> None:
    out = StringIO()
    write(out)
    assert PUBLIC.read_text(encoding="utf-8") == out.getvalue()


def test_both_days_of_a_swap_that_the_package_does_not_know() -> None:
    assert "2026-01-02" not in PUBLIC.read_text(encoding="utf-8")
    friday, saturday = day(date(2026, 1, 2)), day(date(2026, 1, 10))
    assert (friday.kind, friday.hours) == ("holiday", ())
    assert (saturday.kind, saturday.hours) == ("make_up", day(date(2026, 1, 9)).hours)
    assert "Bộ Nội vụ" in friday.source
    assert friday.source == saturday.source


def test_make_up_saturdays() -> None:
    made_up = [day.day for day in calendar_days() if day.kind == "make_up"]
    assert made_up == [
        date(2024, 5, 4),
        date(2025, 4, 26),
        date(2026, 1, 10),
        date(2026, 8, 22),
    ]


def test_every_weekday_off_of_five_years() -> None:
    off = [day.day for day in calendar_days() if day.kind == "holiday" and day.day.weekday() < 5]
    assert Counter(day.year for day in off if 2022 <= day.year <= 2026) == {
        2022: 11,
        2023: 11,
        2024: 12,
        2025: 12,
        2026: 14,
    }


def test_no_casual_holiday_is_among_them() -> None:
    casual = [date(2023, 3, 8), date(2023, 6, 28), date(2023, 10, 20), date(2023, 12, 25)]
    assert all(day(value).kind == "working" for value in casual if value.weekday() < 5)


def test_it_agrees_with_the_calendar_of_the_receiver_and_the_simulator() -> None:
    years = office.special_days().years
    mine = {day.day for day in calendar_days() if day.day.year in years and day.hours}
    theirs = {
        day.day
        for day in calendar_days()
        if day.day.year in years and office.is_working_day(day.day)
    }
    assert mine == theirs


def test_years_not_yet_announced_are_a_forecast_and_say_so() -> None:
    standing = {day.day.year: day.standing for day in calendar_days()}
    assert [year for year, value in standing.items() if value == "decided"] == list(
        range(2021, 2027)
    )
    assert set(standing) == set(YEARS)


def test_an_override_takes_a_day_back(tmp_path: Path) -> None:
    (tmp_path / "public.csv").write_text(HEADER + "2023-01-02,holiday,Tết,decided,nguồn\n")
    (tmp_path / "more.csv").write_text(HEADER + "2023-01-02,ordinary,Đi làm,decided,thông báo\n")
    days = days_of(load_entries(tmp_path / "public.csv", tmp_path / "more.csv"))
    assert len(days) == 365
    assert (days[1].kind, days[1].name, days[1].hours != ()) == ("working", "", True)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2023-01-32,holiday,Tết,decided,x", "line 2, column date: '2023-01-32' is not a day"),
        ("2023-01-02,feast,Tết,decided,x", "column kind: 'feast' is not allowed; allowed: holiday"),
        ("2023-01-02,holiday,Tết,maybe,x", "allowed: decided, forecast"),
        ("2023-01-02,holiday,Tết,decided,", "column source: is empty"),
        ("2023-01-02,make_up,Bù,decided,x", "is a weekday; allowed for make_up: a weekend's day"),
        ("2023-01-02,holiday,Tết,decided", "has 4 cells; allowed: 5"),
    ],
)
def test_a_wrong_line_is_refused(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "more.csv").write_text(f"{HEADER}{line}\n")
    with pytest.raises(DataError) as caught:
        load_entries(PUBLIC, tmp_path / "more.csv")
    assert problem in str(caught.value)
    assert "more.csv, line 2" in str(caught.value)


def test_a_day_that_stands_twice_is_refused(tmp_path: Path) -> None:
    line = "2023-01-02,holiday,Tết,decided,x\n"
    (tmp_path / "more.csv").write_text(HEADER + line + line)
    with pytest.raises(DataError, match="2023-01-02 stands in the file already"):
        load_entries(PUBLIC, tmp_path / "more.csv")


def test_a_year_without_holidays_between_two_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(HEADER + "2022-01-03,holiday,Tết,decided,x\n")
    (tmp_path / "o.csv").write_text(HEADER + "2024-01-01,holiday,Tết,decided,x\n")
    with pytest.raises(DataError, match="has no holidays of 2023; allowed: years without a gap"):
        load_entries(tmp_path / "p.csv", tmp_path / "o.csv")


def test_a_year_that_is_needed_and_not_known_is_refused() -> None:
    require_years(calendar_days(), [2022, 2028])
    with pytest.raises(DataError) as caught:
        require_years(calendar_days(), [2028, 2029])
    assert "lacks 2029; known: 2021–2028" in str(caught.value)
    assert OVERRIDES.name in str(caught.value)
