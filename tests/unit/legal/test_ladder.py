"""The rungs of the ladder, each at the second at which somebody must act."""

from typing import Any

import pytest

from streams.core.legal.clock import legal_clock
from streams.core.legal.duration import CalendarDays, Duration, Months, WorkingDays, WorkingHours
from streams.core.legal.ladder import Watch, rungs, watch
from tests.unit.legal.support import at, facts, shown, terms, told


def ladder(limit: Duration | None, **values: Any) -> dict[str, str | None]:
    of = terms(limit)
    clock = legal_clock(facts(**values), [], of, at(values["received"]))
    return {rung.level: told(rung.at) for rung in rungs(clock, of)}


def test_a_limit_of_ten_days() -> None:
    assert ladder(WorkingDays(10), received="2023-03-01 08:00", due="2023-03-15 08:00") == {
        "due_soon": shown("2023-03-13 08:00"),
        "apology_due": shown("2023-03-14 08:00"),
        "overdue": shown("2023-03-15 08:00:01"),
        "escalated_1": shown("2023-03-16 08:00"),
        "escalated_2": shown("2023-03-20 08:00"),
        "escalated_3": shown("2023-03-22 08:00"),
    }


def test_a_fifth_of_a_long_limit_is_more_than_two_days() -> None:
    found = ladder(WorkingDays(20), received="2023-03-01 08:00", due="2023-03-29 08:00")
    assert found["due_soon"] == shown("2023-03-23 08:00")


@pytest.mark.parametrize(
    ("limit", "due", "soon"),
    [
        (WorkingDays(1), "2023-03-02 08:00", "2023-03-01 14:00"),
        (WorkingHours(4), "2023-03-01 14:00", "2023-03-01 10:00"),
        (WorkingHours(8), "2023-03-02 08:00", "2023-03-01 14:00"),
    ],
)
def test_a_limit_of_a_day_is_warned_of_at_half_and_needs_no_apology(
    limit: Duration, due: str, soon: str
) -> None:
    found = ladder(limit, received="2023-03-01 08:00", due=due)
    assert found["due_soon"] == shown(soon)
    assert "apology_due" not in found


def test_every_rung_is_in_working_time_across_tet() -> None:
    found = ladder(WorkingDays(5), received="2023-01-17 08:00", due="2023-01-27 09:00")
    assert list(found.values()) == [
        shown("2023-01-18 09:00"),
        shown("2023-01-19 09:00"),
        shown("2023-01-27 09:00:01"),
        shown("2023-01-30 09:00"),
        shown("2023-02-01 09:00"),
        shown("2023-02-03 09:00"),
    ]


def test_an_appointment_at_a_closing_keeps_closings_and_warns_at_openings() -> None:
    found = ladder(WorkingDays(10), received="2023-03-01 08:00", due="2023-03-15 17:00")
    assert found["apology_due"] == shown("2023-03-15 07:00")
    assert found["escalated_1"] == shown("2023-03-16 17:00")


def test_an_appointment_off_hours_escalates_from_the_next_opening() -> None:
    found = ladder(WorkingDays(10), received="2023-03-01 08:00", due="2023-03-11 23:59:59")
    assert found["overdue"] == shown("2023-03-12 00:00")
    assert found["escalated_1"] == shown("2023-03-14 07:00")


@pytest.mark.parametrize(
    ("limit", "soon"),
    [
        # To the closing of 31 March: 22 days 7 hours; a fifth is 4 days 4 h 36 min.
        (CalendarDays(30), "2023-03-28 16:24"),
        # To the closing of 1 June: 63 days 7 hours; a fifth is 12 days 6 h 12 min.
        (Months(3), "2023-03-16 14:48"),
        # The time that was promised, 24 days 3 hours; a fifth is 4 days 7 hours.
        (None, "2023-03-28 14:00"),
    ],
)
def test_a_share_of_a_limit_is_measured_in_working_time(limit: Duration | None, soon: str) -> None:
    found = ladder(limit, received="2023-03-01 08:00", due="2023-04-04 11:00")
    assert found["due_soon"] == shown(soon)


def test_late_by_day_is_overdue_from_midnight() -> None:
    of = terms(WorkingDays(10), late_by="day")
    given = facts(received="2023-03-01 08:00", due="2023-03-15 08:00")
    before = watch(legal_clock(given, [], of, at("2023-03-15 23:59:59")), of)
    assert before == Watch(
        "apology_due", at("2023-03-14 08:00"), at("2023-03-15 08:00"), at("2023-03-16 00:00")
    )
    after = watch(legal_clock(given, [], of, at("2023-03-16 00:00")), of)
    assert after == Watch(
        "overdue", at("2023-03-16 00:00"), at("2023-03-15 08:00"), at("2023-03-16 08:00")
    )


def test_a_threshold_before_reception_holds_from_reception() -> None:
    of = terms(WorkingDays(10))
    given = facts(received="2023-03-01 08:00", due="2023-03-02 07:30")
    found = watch(legal_clock(given, [], of, at("2023-03-01 08:00")), of)
    assert (found.level, told(found.since)) == ("apology_due", shown("2023-03-01 08:00"))


def test_the_top_rung_never_changes_by_itself() -> None:
    of = terms(WorkingDays(10))
    given = facts(received="2023-03-01 08:00", due="2023-03-02 08:00")
    found = watch(legal_clock(given, [], of, at("2024-03-01 08:00")), of)
    assert found == Watch("escalated_3", at("2023-03-09 08:00"), at("2023-03-02 08:00"), None)


def test_warnings_before_the_calendar_begins_hold_at_once() -> None:
    of = terms(WorkingDays(60))
    given = facts(received="2021-01-04 08:00", due="2021-01-05 08:00")
    found = watch(legal_clock(given, [], of, at("2021-01-04 08:00")), of)
    assert (found.level, told(found.since)) == ("apology_due", shown("2021-01-04 08:00"))
    warned = ladder(WorkingDays(60), received="2021-01-04 08:00", due="2021-01-05 06:00")
    assert warned["due_soon"] == warned["apology_due"] == shown("2021-01-04 07:00")
    short = ladder(WorkingHours(8), received="2021-01-04 08:00", due="2021-01-04 08:00")
    assert short["due_soon"] == shown("2021-01-04 07:00")


def test_escalations_beyond_the_calendar_are_left_out() -> None:
    of = terms(WorkingDays(1))
    given = facts(received="2028-12-25 08:00", due="2028-12-28 08:00")
    clock = legal_clock(given, [], of, at("2028-12-28 08:00"))
    assert [rung.level for rung in rungs(clock, of)][-2:] == ["overdue", "escalated_1"]
