"""Edge starts, Tết, make-up days, hours that change: each instant as a lawyer would count it."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from seeds.law_calendar import calendar_days
from streams.core.legal.calendar import WorkingCalendar, instant
from streams.core.legal.duration import CalendarDays, Duration, Months, WorkingDays, WorkingHours
from streams.core.legal.scale import OutsideCalendarError
from tests.unit.legal.support import at, calendar, days_in_force, shown, told

HALF_DAY = Fraction(1, 2)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2023-03-01 06:59:59", "2023-03-01 07:00"),  # before opening
        ("2023-03-01 07:00", "2023-03-01 07:00"),
        ("2023-03-01 11:29:59", "2023-03-01 11:29:59"),
        ("2023-03-01 11:30", "2023-03-01 13:30"),  # at lunch
        ("2023-03-01 12:45", "2023-03-01 13:30"),
        ("2023-03-01 17:00", "2023-03-02 07:00"),  # after closing
        ("2023-03-03 17:00", "2023-03-06 07:00"),  # for the weekend
        ("2023-03-04 10:00", "2023-03-06 07:00"),
        ("2023-04-30 10:00", "2023-05-04 07:00"),  # on a holiday
        ("2023-01-19 17:00", "2023-01-27 07:00"),  # last working day before Tết
        ("2024-05-04 08:00", "2024-05-04 08:00"),  # a make-up Saturday
        ("2026-01-02 08:00", "2026-01-05 07:00"),  # the Friday that was swapped
        ("2026-01-10 08:00", "2026-01-10 08:00"),  # for this Saturday
        ("2025-12-31 18:00", "2026-01-05 07:00"),
    ],
)
def test_the_next_opening(moment: str, opening: str) -> None:
    assert told(calendar().next_opening(at(moment))) == shown(opening)
    assert calendar().is_open(at(moment)) == (moment == opening)


@pytest.mark.parametrize(
    ("begins", "length", "ends"),
    [
        # A working day keeps the hour.
        ("2023-03-01 09:20", WorkingDays(1), "2023-03-02 09:20"),
        ("2023-03-01 09:20:07", WorkingDays(5), "2023-03-08 09:20:07"),
        ("2023-03-01 11:30", WorkingDays(1), "2023-03-02 11:30"),
        ("2023-03-01 17:00", WorkingDays(1), "2023-03-02 17:00"),
        ("2023-03-01 07:00", WorkingDays(1), "2023-03-02 07:00"),
        # What begins off hours begins at the next opening.
        ("2023-03-01 06:00", WorkingDays(1), "2023-03-02 07:00"),
        ("2023-03-01 12:00", WorkingDays(1), "2023-03-02 13:30"),
        ("2023-03-01 19:00", WorkingDays(1), "2023-03-03 07:00"),
        ("2023-03-04 10:00", WorkingDays(1), "2023-03-07 07:00"),
        ("2023-01-21 10:00", WorkingDays(1), "2023-01-30 07:00"),
        # Across Tết, holidays in lieu, a make-up Saturday and a swapped Friday.
        ("2023-01-19 16:00", WorkingDays(1), "2023-01-27 16:00"),
        ("2022-04-08 08:00", WorkingDays(1), "2022-04-12 08:00"),
        ("2024-05-03 08:00", WorkingDays(1), "2024-05-04 08:00"),
        ("2024-04-26 08:00", WorkingDays(1), "2024-05-02 08:00"),
        ("2025-04-25 08:00", WorkingDays(1), "2025-04-26 08:00"),
        ("2025-12-31 08:00", WorkingDays(1), "2026-01-05 08:00"),
        ("2026-01-09 08:00", WorkingDays(1), "2026-01-10 08:00"),
        ("2026-08-21 08:00", WorkingDays(1), "2026-08-22 08:00"),
        # Parts of a day are parts of its office hours.
        ("2023-03-01 07:30", WorkingDays(HALF_DAY), "2023-03-01 11:30"),
        ("2023-03-01 09:30", WorkingDays(HALF_DAY), "2023-03-01 15:30"),
        # Working hours end when they are over.
        ("2023-03-01 07:00", WorkingHours(8), "2023-03-01 17:00"),
        ("2023-03-01 10:30", WorkingHours(1), "2023-03-01 11:30"),
        ("2023-03-01 10:30", WorkingHours(2), "2023-03-01 14:30"),
        ("2023-03-01 16:30", WorkingHours(1), "2023-03-02 07:30"),
        ("2023-03-03 16:30", WorkingHours(24), "2023-03-08 16:30"),
        ("2023-03-01 18:00", WorkingHours(0), "2023-03-02 07:00"),
        ("2023-03-01 17:00", WorkingHours(0), "2023-03-01 17:00"),
        # Calendar days and months run through everything.
        ("2023-01-19 16:00", CalendarDays(1), "2023-01-20 16:00"),
        ("2023-01-19 16:00", CalendarDays(Fraction(5, 2)), "2023-01-22 04:00"),
        ("2023-01-31 16:00", Months(1), "2023-02-28 16:00"),
        ("2024-01-31 16:00", Months(1), "2024-02-29 16:00"),
        ("2022-11-30 16:00", Months(3), "2023-02-28 16:00"),
        ("2023-03-31 16:00", Months(12), "2024-03-31 16:00"),
    ],
)
def test_adding(begins: str, length: Duration, ends: str) -> None:
    assert told(calendar().add(at(begins), length)) == shown(ends)


@pytest.mark.parametrize(
    ("ends", "length", "begins"),
    [
        ("2023-03-02 09:20", WorkingDays(1), "2023-03-01 09:20"),
        # The opening rather than the closing before it: somebody is there.
        ("2023-03-01 17:00", WorkingDays(1), "2023-03-01 07:00"),
        ("2023-03-01 07:00", WorkingDays(1), "2023-02-28 07:00"),
        ("2023-01-27 08:00", WorkingDays(1), "2023-01-19 08:00"),
        ("2023-03-01 13:30", WorkingHours(1), "2023-03-01 10:30"),
        ("2023-03-01 07:30", WorkingHours(1), "2023-02-28 16:30"),
        ("2023-03-01 16:00", CalendarDays(2), "2023-02-27 16:00"),
        ("2023-03-31 16:00", Months(1), "2023-02-28 16:00"),
        ("2023-01-15 16:00", Months(1), "2022-12-15 16:00"),
    ],
)
def test_subtracting(ends: str, length: Duration, begins: str) -> None:
    assert told(calendar().subtract(at(ends), length)) == shown(begins)
    assert told(calendar().add(at(ends), -length)) == shown(begins)


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2022, 249), (2023, 249), (2024, 251), (2025, 250), (2026, 249)],
)
def test_working_days_of_a_year(year: int, working_days: int) -> None:
    first, last = at(f"{year}-01-01 00:00"), at(f"{year + 1}-01-01 00:00")
    assert calendar().between(first, last, WorkingDays) == WorkingDays(working_days)
    assert calendar().between(first, last, WorkingHours) == WorkingHours(8 * working_days)
    assert calendar().between(last, first, WorkingDays) == WorkingDays(-working_days)


def test_between_is_exact_to_the_second() -> None:
    begins, ends = at("2023-03-01 11:29:58"), at("2023-03-01 13:30:03")
    assert calendar().between(begins, ends, WorkingHours) == WorkingHours(Fraction(5, 3600))
    assert calendar().between(begins, ends, WorkingDays) == WorkingDays(Fraction(5, 28800))
    assert calendar().between(begins, ends, CalendarDays) == CalendarDays(Fraction(7205, 86400))


def test_hours_that_change_keep_a_day_a_day() -> None:
    longer = ((7 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
    later = ((8 * 3600, 12 * 3600), (13 * 3600, 16 * 3600))
    changed = WorkingCalendar(
        days_in_force([(date(2023, 3, 2), longer), (date(2023, 3, 3), later)])
    )
    first, second, third = (at(f"2023-03-0{n} 00:00") for n in (1, 2, 3))
    assert changed.between(first, second, WorkingHours) == WorkingHours(8)
    assert changed.between(second, third, WorkingHours) == WorkingHours(9)
    assert changed.between(first, at("2023-03-04 00:00"), WorkingDays) == WorkingDays(3)
    assert told(changed.add(at("2023-03-01 07:00"), WorkingDays(2))) == shown("2023-03-03 08:00")
    assert told(changed.add(at("2023-03-01 17:00"), WorkingDays(2))) == shown("2023-03-03 16:00")
    assert told(changed.add(at("2023-03-01 11:00"), WorkingDays(1))) == shown("2023-03-02 11:30")
    assert told(changed.next_opening(at("2023-03-03 07:00"))) == shown("2023-03-03 08:00")


def test_a_deadline_between_two_seconds_is_the_later_one() -> None:
    odd = WorkingCalendar(days_in_force([(date(2023, 3, 2), ((8 * 3600, 15 * 3600),))]))
    assert told(odd.add(at("2023-03-01 07:00:01"), WorkingDays(1))) == shown("2023-03-02 08:00:01")


def test_the_closing_of_a_day_or_of_the_next_working_day() -> None:
    closing = calendar().closing
    day = calendar().day_number
    assert told(closing(day(at("2023-03-03 23:00")))) == shown("2023-03-03 17:00")
    assert told(closing(day(at("2023-03-04 08:00")))) == shown("2023-03-06 17:00")
    assert told(closing(day(at("2023-01-20 00:00")))) == shown("2023-01-27 17:00")


@pytest.mark.parametrize("length", [WorkingDays(1), WorkingHours(1)])
@pytest.mark.parametrize("moment", ["2020-12-31 10:00", "2029-01-02 10:00", "2028-12-29 16:30"])
def test_what_the_calendar_does_not_reach_is_refused(moment: str, length: Duration) -> None:
    with pytest.raises(OutsideCalendarError):
        calendar().add(at(moment), length)


def test_subtracting_beyond_the_beginning_is_refused() -> None:
    with pytest.raises(OutsideCalendarError):
        calendar().subtract(at("2021-01-04 08:00"), WorkingDays(1))
    assert calendar().next_opening(at("2021-01-01 00:00")) == at("2021-01-04 07:00")


def test_days_touched_and_the_day_itself() -> None:
    touched = calendar().days(at("2023-01-19 08:00"), at("2023-01-27 08:00"))
    assert [day.day for day in touched][:2] == [date(2023, 1, 19), date(2023, 1, 20)]
    assert len(touched) == 9
    assert [day.kind for day in touched] == ["working", *["holiday"] * 7, "working"]
    assert calendar().day(at("2023-01-22 23:59")).day == date(2023, 1, 22)
    with pytest.raises(OutsideCalendarError):
        calendar().day(at("2019-01-22 23:59"))


def test_aware_times_of_any_zone_and_no_others() -> None:
    moment = datetime(2023, 3, 1, 2, 20, tzinfo=UTC)
    tokyo = moment.astimezone(ZoneInfo("Asia/Tokyo"))
    assert instant(moment) == instant(tokyo) == at("2023-03-01 09:20")
    assert calendar().local(instant(tokyo)).isoformat() == "2023-03-01T09:20:00+07:00"
    with pytest.raises(ValueError, match="no time zone"):
        instant(moment.replace(tzinfo=None))
    with pytest.raises(ValueError, match="no whole second"):
        instant(moment.replace(microsecond=1))


def test_a_calendar_that_cannot_count_is_refused() -> None:
    days = list(calendar_days())
    with pytest.raises(ValueError, match="without a gap"):
        WorkingCalendar(days[:5] + days[6:])
    with pytest.raises(ValueError, match="without any office hours"):
        WorkingCalendar(days[:1])


def test_lengths_of_different_units_do_not_mix() -> None:
    with pytest.raises(TypeError):
        WorkingDays(1) + WorkingHours(8)  # type: ignore[operator]
    with pytest.raises(TypeError):
        WorkingDays(1) - CalendarDays(1)  # type: ignore[operator]
    with pytest.raises(TypeError):
        assert WorkingDays(1) < WorkingHours(9)  # type: ignore[operator]
    assert WorkingDays(1) != WorkingHours(1)  # type: ignore[comparison-overlap]
    assert WorkingDays(1) + WorkingDays(2) == WorkingDays(3)
    assert WorkingDays(1) - WorkingDays(2) == -WorkingDays(1)
    assert WorkingHours(2) * 3 == WorkingHours(6)
    assert repr(CalendarDays(2.5)) == "CalendarDays(5/2)"


def test_months_are_whole_and_have_no_measure() -> None:
    with pytest.raises(ValueError, match="no whole number of months"):
        calendar().add(at("2023-03-01 08:00"), Months(HALF_DAY))
    assert calendar().length(86_400, "month") == CalendarDays(1)
    assert calendar().length(3_600, "working_hour") == WorkingHours(1)
    assert calendar().length(14_400, "working_day") == WorkingDays(HALF_DAY)


def test_another_zone_shifts_everything_and_changes_nothing_else() -> None:
    here, tokyo = calendar(), WorkingCalendar(calendar_days(), offset=9 * 3600)
    moment = at("2023-01-19 16:00")
    for length in (WorkingDays(3), WorkingHours(30), CalendarDays(3), Months(1)):
        moved = tokyo.add(moment - 7200, length)
        assert moved == here.add(moment, length) - 7200
    assert tokyo.local(moment).utcoffset() == timedelta(hours=9)


def test_the_first_days_of_the_calendar() -> None:
    """It begins on a holiday; its first opening is on Monday, 4 January 2021."""
    first = at("2021-01-01 00:00")
    assert told(calendar().add(first, WorkingDays(1))) == shown("2021-01-05 07:00")
    assert told(calendar().add(first, WorkingHours(1))) == shown("2021-01-04 08:00")
    assert told(calendar().add(at("2021-01-04 08:00"), WorkingHours(1))) == shown(
        "2021-01-04 09:00"
    )
    assert calendar().between(first, at("2021-01-04 09:00"), WorkingHours) == WorkingHours(2)
    assert calendar().day(first).day == date(2021, 1, 1)
    assert told(calendar().closing(calendar().day_number(first))) == shown("2021-01-04 17:00")
    assert calendar().years == range(2021, 2029)


def test_nothing_added_or_taken_off_moves_no_further_than_to_an_opening() -> None:
    closing = at("2023-03-01 17:00")
    assert calendar().add(closing, WorkingDays(0)) == closing
    assert calendar().add(closing, CalendarDays(0)) == closing
    for nothing in (WorkingDays(0), WorkingHours(0)):
        assert told(calendar().subtract(closing, nothing)) == shown("2023-03-02 07:00")
    assert told(calendar().add(at("2023-03-01 18:00"), WorkingDays(0))) == shown("2023-03-02 07:00")
