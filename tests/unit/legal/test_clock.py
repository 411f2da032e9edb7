"""What the clock says of a case: state, deadlines, timeliness, stops, contradictions."""

from fractions import Fraction
from typing import Any

import pytest

from streams.core.legal.clock import LegalClock, legal_clock
from streams.core.legal.duration import CalendarDays, Duration, Months, WorkingDays, WorkingHours
from streams.core.legal.ladder import watch
from tests.unit.legal.support import Facts, at, calendar, facts, keys, shown, terms, told

NOW = "2023-03-20 08:00"
HOUR = 3600


def clock(
    given: Facts, now: str = NOW, limit: Duration | None = None, *rows: tuple[str, int], **rule: Any
) -> LegalClock:
    return legal_clock(given, keys(*rows), terms(limit or WorkingDays(10), **rule), at(now))


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"received": None, "submitted": "2023-03-01 08:00", "status": 1}, "not_started"),
        ({"received": "2023-03-01 08:00", "status": 1}, "not_started"),
        ({"received": "2023-03-01 08:00", "status": 3}, "not_started"),
        ({"received": "2023-03-01 08:00", "refused": "2023-03-01 09:00"}, "not_started"),
        ({"received": "2023-03-01 08:00", "status": 4}, "running"),
        ({"received": "2023-03-01 08:00", "status": None}, "running"),
        ({"received": "2023-03-01 08:00", "status": 5}, "paused"),
        ({"received": "2023-03-01 08:00", "status": 6}, "paused"),
        ({"received": "2023-03-01 08:00", "status": 9}, "running"),
        ({"received": "2023-03-01 08:00", "finished": "2023-03-02 08:00"}, "stopped"),
        ({"received": "2023-03-01 08:00", "returned": "2023-03-02 08:00"}, "stopped"),
        ({"received": "2023-03-01 08:00", "status": 7}, "stopped"),
        ({"received": "2023-03-01 08:00", "status": 8}, "stopped"),
        (
            {"received": "2023-03-01 08:00", "finished": "2023-03-02 08:00", "status": 5},
            "stopped",
        ),
    ],
)
def test_states(values: dict[str, Any], state: str) -> None:
    assert clock(facts(**values)).state == state


@pytest.mark.parametrize(
    ("limit", "ends", "received", "due"),
    [
        (WorkingDays(10), "hour", "2023-03-01 09:20", "2023-03-15 09:20"),
        (WorkingDays(10), "day", "2023-03-01 09:20", "2023-03-15 17:00"),
        (WorkingDays(1), "day", "2023-03-01 17:00", "2023-03-02 17:00"),
        (WorkingHours(4), "hour", "2023-03-01 16:00", "2023-03-02 10:00"),
        # Calendar days: to the closing of the last day, of the next working day if that is off.
        (CalendarDays(3), "day", "2023-03-01 09:20", "2023-03-06 17:00"),
        (CalendarDays(5), "day", "2023-03-01 09:20", "2023-03-06 17:00"),
        (CalendarDays(30), "day", "2023-03-01 18:00", "2023-04-03 17:00"),
        (CalendarDays(3), "day", "2023-04-26 09:20", "2023-05-04 17:00"),
        # Or to the hour, moved to the next opening.
        (CalendarDays(3), "hour", "2023-03-01 09:20", "2023-03-06 07:00"),
        (CalendarDays(Fraction(5, 2)), "hour", "2023-03-01 09:20", "2023-03-06 07:00"),
        (CalendarDays(7), "hour", "2023-03-01 09:20", "2023-03-08 09:20"),
        (Months(1), "day", "2023-01-31 09:20", "2023-02-28 17:00"),
        (Months(3), "day", "2022-10-21 09:20", "2023-01-27 17:00"),
        (Months(1), "hour", "2023-02-05 09:20", "2023-03-06 07:00"),
    ],
)
def test_due_by_law(limit: Duration, ends: str, received: str, due: str) -> None:
    found = clock(facts(received=received), received, limit, ends=ends)
    assert told(found.due_by_law) == shown(due)
    assert found.due == found.due_by_law
    assert found.mismatch is None


def test_the_appointment_decides_and_is_never_shifted() -> None:
    given = facts(
        received="2023-03-01 08:00",
        due="2023-03-10 08:00",
        supplements=[("2023-03-02 08:00", "2023-03-09 08:00")],
    )
    found = clock(given, "2023-03-09 08:00")
    assert told(found.due) == told(found.due_by_source) == shown("2023-03-10 08:00")
    assert told(found.due_by_law) == shown("2023-03-22 08:00")
    assert found.mismatch == "earlier"
    assert found.remaining == 8 * HOUR
    assert clock(given, "2023-03-10 08:00:01").remaining == -1


def test_the_newest_appointment_wins_by_when_it_was_asked_for() -> None:
    given = facts(
        received="2023-03-01 08:00",
        due="2023-03-10 08:00",
        supplements=[
            ("2023-03-06 08:00", "2023-03-07 08:00", None, "2023-03-13 08:00"),
            ("2023-03-02 08:00", "2023-03-03 08:00", None, "2023-03-30 08:00"),
            ("2023-03-08 08:00", "2023-03-08 09:00", None, None),
        ],
    )
    assert told(clock(given).due_by_source) == shown("2023-03-13 08:00")


def test_without_appointment_it_is_due_by_law_and_moves_while_it_stands_still() -> None:
    given = facts(received="2023-03-01 08:00", supplements=[("2023-03-02 08:00",)])
    first, later = clock(given, "2023-03-03 08:00"), clock(given, "2023-03-06 08:00")
    assert (first.state, first.elapsed, later.elapsed) == ("paused", 8 * HOUR, 8 * HOUR)
    assert told(first.due) == shown("2023-03-16 08:00")
    assert told(later.due) == shown("2023-03-17 08:00")
    assert (first.mismatch, first.pauses[0].is_open) == (None, True)


def test_a_stop_after_the_deadline_moves_nothing() -> None:
    given = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-15 08:00:00", "2023-03-22 08:00")]
    )
    assert told(clock(given, "2023-03-24 08:00").due_by_law) == shown("2023-03-15 08:00")
    earlier = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-15 07:59:59", "2023-03-22 08:00")]
    )
    assert told(clock(earlier, "2023-03-24 08:00").due_by_law) == shown("2023-03-22 08:00:01")


@pytest.mark.parametrize(
    ("finished", "by_second", "by_day"),
    [
        ("2023-03-14 23:59:59", "early", "early"),
        ("2023-03-15 00:00", "on_time", "on_time"),
        ("2023-03-15 08:00", "on_time", "on_time"),
        ("2023-03-15 08:00:01", "late", "on_time"),
        ("2023-03-15 23:59:59", "late", "on_time"),
        ("2023-03-16 00:00", "late", "late"),
    ],
)
def test_timeliness(finished: str, by_second: str, by_day: str) -> None:
    given = facts(received="2023-03-01 08:00", due="2023-03-15 08:00", finished=finished, status=9)
    assert clock(given).timeliness == by_second
    assert clock(given, late_by="day").timeliness == by_day


def test_without_any_deadline_nothing_is_late() -> None:
    given = facts(received="2023-03-01 08:00", finished="2023-12-01 08:00", status=9)
    found = legal_clock(given, [], terms(None), at("2023-12-02 08:00"))
    assert (found.due, found.timeliness, found.remaining) == (None, "on_time", None)


def test_a_case_that_was_withdrawn_has_no_timeliness_and_stops_at_its_row() -> None:
    given = facts(received="2023-03-01 08:00", due="2023-03-02 08:00", status=7)
    found = clock(given, NOW, None, ("2023-03-03 08:00", 7), ("2023-03-06 08:00", 7))
    assert told(found.stands_at) == shown("2023-03-06 08:00")
    assert (found.timeliness, found.elapsed) == (None, 3 * 8 * HOUR)
    bare = clock(given)
    assert told(bare.stands_at) == shown("2023-03-01 08:00")


def test_a_finish_taken_back_runs_on() -> None:
    given = facts(received="2023-03-01 08:00", due="2023-03-15 08:00", status=4)
    undone = given._replace(finished=at("2023-03-10 08:00"))
    assert clock(undone).state == "stopped"
    assert watch(clock(given), terms(WorkingDays(10))).level == "escalated_2"


def test_rows_stop_the_clock_and_start_it_again() -> None:
    given = facts(received="2023-03-01 08:00")
    rows = [
        ("2023-03-02 08:00", 5),
        ("2023-03-03 08:00", 6),
        ("2023-03-06 08:00", 4),
        ("2023-03-07 08:00", 2),
        ("2023-03-08 08:00", 1),
    ]
    found = clock(given, "2023-03-09 08:00", None, *rows)
    assert [(told(p.begins), told(p.ends), p.reason) for p in found.pauses] == [
        (shown("2023-03-02 08:00"), shown("2023-03-03 08:00"), "supplement"),
        (shown("2023-03-03 08:00"), shown("2023-03-06 08:00"), "financial_obligation"),
    ]
    assert found.state == "running"
    assert found.elapsed == 4 * 8 * HOUR
    assert clock(given, "2023-03-05 08:00", None, *rows[:2]).state == "paused"


def test_papers_that_come_in_end_a_stop_that_a_row_began() -> None:
    given = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-02 08:00", "2023-03-06 08:00")]
    )
    found = clock(given, "2023-03-09 08:00", None, ("2023-03-02 09:00", 5))
    assert (found.state, len(found.pauses)) == ("running", 1)
    late_row = clock(given, "2023-03-09 08:00", None, ("2023-03-07 09:00", 5))
    assert (late_row.state, len(late_row.pauses)) == ("paused", 2)


def test_stops_off_hours_count_as_nothing() -> None:
    given = facts(
        received="2023-01-16 08:00", supplements=[("2023-01-19 17:00", "2023-01-27 06:59")]
    )
    found = clock(given, "2023-02-01 08:00")
    assert (found.paused, len(found.pauses)) == (0, 1)
    assert told(found.due_by_law) == shown("2023-02-06 08:00")


def test_overlapping_stops_are_counted_once() -> None:
    given = facts(
        received="2023-03-01 08:00",
        supplements=[
            ("2023-03-02 08:00", "2023-03-07 08:00"),
            ("2023-03-03 08:00", "2023-03-06 08:00"),
            ("2023-03-06 08:00", "2023-03-08 08:00"),
        ],
    )
    assert clock(given).paused == 4 * 8 * HOUR


@pytest.mark.parametrize(
    ("values", "rows", "named"),
    [
        ({"finished": "2023-02-28 08:00", "status": 9}, [], "finished_before_received"),
        ({"due": "2023-02-28 08:00"}, [], "due_before_received"),
        ({"submitted": "2023-03-01 08:01"}, [], "received_before_submitted"),
        ({"returned": "2023-02-28 08:00"}, [], "returned_before_received"),
        ({"refused": "2023-03-02 08:00"}, [], "refused_after_received"),
        ({"status": 1}, [], "received_without_acceptance"),
        ({"status": 9}, [], "done_without_finish"),
        ({"status": 5}, [], "paused_without_time"),
        ({"status": 5, "finished": "2023-03-02 08:00"}, [], "waiting_after_finish"),
        ({"received": "2023-04-01 08:00"}, [], "in_future"),
        ({"finished": "2023-04-01 08:00", "status": 9}, [], "in_future"),
        (
            {"supplements": [("2023-02-01 08:00", "2023-03-03 08:00")]},
            [],
            "supplement_before_received",
        ),
        (
            {"supplements": [("2023-03-03 08:00", "2023-03-02 08:00")]},
            [],
            "supplement_received_before_requested",
        ),
        (
            {"finished": "2023-03-02 08:00", "supplements": [("2023-03-03 08:00",)], "status": 9},
            [],
            "supplement_after_finish",
        ),
        ({"received": "2019-03-01 08:00"}, [], "outside_calendar"),
        ({"received": None, "finished": "2023-03-02 08:00"}, [], "finished_without_received"),
    ],
)
def test_a_contradiction_is_named_and_answered(
    values: dict[str, Any], rows: list[tuple[str, int]], named: str
) -> None:
    found = clock(facts(**({"received": "2023-03-01 08:00"} | values)), NOW, None, *rows)
    assert named in found.contradictions
    assert watch(found, terms(WorkingDays(10))).level is not None


def test_papers_received_before_they_were_asked_for_stop_nothing() -> None:
    given = facts(
        received="2023-03-01 08:00", supplements=[("2023-03-03 08:00", "2023-03-02 08:00")]
    )
    assert (clock(given).pauses, clock(given).state) == ((), "running")


def test_beyond_the_calendar_the_appointment_still_decides() -> None:
    given = facts(received="2019-03-01 08:00", due="2019-03-10 08:00")
    found = clock(given)
    assert (found.elapsed, found.due_by_law, found.state) == (None, None, "running")
    assert watch(found, terms(WorkingDays(10))).level == "overdue"
    late = given._replace(finished=at("2019-03-11 08:00"), status=9)
    assert clock(late).timeliness == "late"


def test_a_limit_that_ends_beyond_the_calendar_is_not_known() -> None:
    given = facts(received="2028-12-20 08:00")
    found = clock(given, "2028-12-21 08:00", WorkingDays(100))
    assert (found.due_by_law, found.elapsed) == (None, 8 * HOUR)


def test_a_fact_of_the_future_says_when_it_comes_true() -> None:
    given = facts(received="2023-03-01 08:00", finished="2023-04-01 08:00", status=9)
    assert told(clock(given).revised_at) == shown("2023-04-01 08:00")
    assert clock(given, "2023-04-01 08:00").revised_at is None
    assert watch(clock(given), terms(WorkingDays(10))).changes_at == at("2023-04-01 08:00")


def test_a_source_that_appoints_without_law_is_believed() -> None:
    given = facts(received="2023-03-01 08:00", due="2023-03-10 08:00")
    fixed = legal_clock(given, [], terms(None, kind="fixed_date"), at(NOW))
    assert fixed.due_by_law == given.due
    loose = legal_clock(given, [], terms(None), at(NOW))
    assert (loose.due_by_law, loose.due) == (None, given.due)


def test_elapsed_of_calendar_days_runs_from_the_first_opening() -> None:
    found = clock(facts(received="2023-03-03 18:00"), "2023-03-07 07:00", CalendarDays(5))
    assert told(found.begins) == shown("2023-03-06 07:00")
    assert found.elapsed == 86_400
    assert calendar().length(found.elapsed, "calendar_day") == CalendarDays(1)


def breaches(*items: tuple[str | None, ...]) -> tuple[str, ...]:
    given = facts(received="2023-03-01 08:00", due="2023-03-15 08:00", supplements=list(items))
    return clock(given, "2023-03-10 08:00", supplements=9, reappointments=1).breaches


def test_an_appointment_moved_by_the_wait_is_no_new_appointment() -> None:
    explained = [
        ("2023-03-02 08:00", "2023-03-07 08:00", "2023-03-15 08:00", "2023-03-20 08:00"),
        ("2023-03-08 08:00", "2023-03-09 08:00", "2023-03-20 08:00", "2023-03-21 08:00"),
    ]
    assert breaches(*explained) == ()
    # Software may be a working day more generous, and not a second beyond that.
    second = ("2023-03-08 08:00", "2023-03-08 08:00", "2023-03-20 08:00")
    first = ("2023-03-02 08:00", "2023-03-02 08:00", "2023-03-15 08:00", "2023-03-20 08:00")
    assert breaches(first, (*second, "2023-03-21 08:00")) == ()
    assert breaches(first, (*second, "2023-03-21 08:00:01")) == ("reappointed_again",)


def test_a_new_appointment_is_counted_from_the_first_where_none_is_named() -> None:
    moved = [
        ("2023-03-02 08:00", None, None, "2023-03-20 08:00"),
        ("2023-03-03 08:00", "2023-03-02 08:00", None, "2023-03-22 08:00"),
    ]
    assert breaches(*moved) == ("reappointed_again",)
    earlier = [(*item[:3], "2023-03-10 08:00") for item in moved]
    assert breaches(*earlier) == ()
    unknown = [(*item[:3], "2039-03-10 08:00") for item in moved]
    assert breaches(*unknown) == ()


def test_a_stop_with_a_time_is_no_contradiction() -> None:
    given = facts(received="2023-03-01 08:00", status=5, supplements=[("2023-03-02 08:00",)])
    assert clock(given).contradictions == ()
    ended = facts(
        received="2023-03-01 08:00",
        status=5,
        supplements=[("2023-03-02 08:00", "2023-03-03 08:00")],
    )
    assert clock(ended).contradictions == ("paused_without_time",)


def test_nothing_is_counted_before_the_beginning() -> None:
    given = facts(received="2023-03-01 08:00", finished="2023-02-27 08:00", status=9)
    assert (clock(given).elapsed, clock(given).paused) == (0, 0)
    waited = given._replace(
        supplements=((at("2023-02-27 08:00"), at("2023-03-02 08:00"), None, None),)
    )
    assert (clock(waited).elapsed, clock(waited).pauses) == (0, ())


@pytest.mark.parametrize("status", [2, 4, 9, 10])
def test_every_status_of_going_on_ends_a_stop(status: int) -> None:
    rows = [("2023-03-02 08:00", 6), ("2023-03-03 08:00", status)]
    found = clock(facts(received="2023-03-01 08:00"), "2023-03-06 08:00", None, *rows)
    assert (found.state, found.paused) == ("running", 8 * HOUR)


def test_what_happens_in_one_second_is_no_contradiction() -> None:
    moment = "2023-03-01 08:00"
    given = facts(
        submitted=moment,
        received=moment,
        due=moment,
        finished=moment,
        returned=moment,
        status=9,
        supplements=[(moment, moment)],
    )
    assert clock(given, moment).contradictions == ()
