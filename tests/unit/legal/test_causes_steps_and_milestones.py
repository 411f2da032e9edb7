"""Why a case was late, whose hands it was in, and the deadlines beside the main one."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from seeds.law_files import laws
from streams.core.legal.causes import NO_OUTAGES, Outages, cause_of
from streams.core.legal.clock import LegalClock, legal_clock
from streams.core.legal.duration import CalendarDays, WorkingDays, WorkingHours
from streams.core.legal.facts import RowFact
from streams.core.legal.milestones import Milestone, intake, milestones
from streams.core.legal.rates import (
    Tally,
    article_rate,
    honest_rate,
    index_rate,
    portal_rate,
)
from streams.core.legal.rules import Subject
from streams.core.legal.steps import Share, Step, shares, step_in_force, steps
from streams.core.legal.terms import RuleBook, Terms
from tests.unit.legal.support import Facts, at, calendar, facts, shown, terms, told

TEN = terms(WorkingDays(10), intake=WorkingHours(8))
ONE, TWO = "000.00.04.H51", "000.00.16.H51"
LATE = {
    "submitted": "2023-03-01 07:30",
    "received": "2023-03-01 08:00",
    "due": "2023-03-15 08:00",
    "finished": "2023-03-16 08:00",
    "status": 9,
}


def row(
    time: str,
    status: int = 4,
    agency: str | None = None,
    department: str | None = None,
    began: str | None = None,
    due: str | None = None,
) -> RowFact:
    return (
        at(time),
        status,
        agency,
        department,
        None if began is None else at(began),
        None if due is None else at(due),
    )


def clock(given: Facts, rows: list[RowFact], now: str, of: Terms = TEN) -> LegalClock:
    return legal_clock(given, [item[:2] for item in rows], of, at(now))


def cause(rows: list[RowFact], outages: Outages = NO_OUTAGES, **changed: Any) -> str | None:
    given = facts(**(LATE | changed))
    return cause_of(given, rows, clock(given, rows, "2023-04-01 08:00"), TEN, outages)


def test_only_in_the_system_when_the_result_was_handed_over_in_time() -> None:
    assert cause([], returned="2023-03-15 08:00") == "in_system_clerk"
    assert cause([], returned="2023-03-15 08:00:01") == "unknown"


def test_a_technical_fault_is_an_outage_at_the_deadline_that_a_probe_saw() -> None:
    down = Outages([(at("2023-03-15 07:00"), at("2023-03-15 09:00"))])
    assert cause([], down, returned="2023-03-14 08:00") == "in_system_technical"
    over = Outages([(at("2023-03-15 07:00"), at("2023-03-15 08:00"))])
    assert cause([], over, returned="2023-03-14 08:00") == "in_system_clerk"
    # Down, but the applicant had nothing either.
    assert cause([], down) == "unknown"


def test_outages_that_touch_or_overlap_are_one() -> None:
    found = Outages([(30, 40), (0, 10), (5, 20), (20, 25)])
    assert [moment for moment in range(-1, 45) if found.covers(moment)] == [
        *range(25),
        *range(30, 40),
    ]


def test_the_other_causes_in_their_order() -> None:
    twice = [
        ("2023-03-02 08:00", "2023-03-02 09:00"),
        ("2023-03-06 08:00", "2023-03-06 09:00"),
    ]
    over = [row("2023-03-02 08:00", due="2023-03-03 08:00"), row("2023-03-06 08:00")]
    unreachable: dict[str, Any] = {"submitted": "2023-02-20 08:00"}
    assert cause(over, supplements=twice, **unreachable) == "repeated_supplement"
    assert cause(over, **unreachable) == "intake_overdue"
    assert cause(over) == "long_verification"
    assert cause([row("2023-03-06 08:00", due="2023-03-10 08:00")]) == "long_verification"
    assert cause([row("2023-03-06 08:00", due="2023-03-30 08:00")]) == "unknown"


def test_no_cause_without_a_late_finish() -> None:
    assert cause([], finished="2023-03-15 08:00") is None
    assert cause([], finished=None, status=4) is None


def test_the_step_in_force_says_who_acts() -> None:
    given = facts(agency=ONE, received="2023-03-01 08:00", status=4)
    rows = [
        row("2023-03-03 08:00", agency=TWO, department="Phòng Đăng ký", due="2023-03-08 08:00"),
        row("2023-03-01 08:00", 2, department="Một cửa"),
        row("2023-03-06 08:00", department="Phòng Pháp chế"),
        row("2023-03-06 08:00", department="Phòng Pháp chế"),
    ]
    found = steps(given, rows, None)
    assert [(told(s.begins), told(s.ends), s.agency, s.department) for s in found] == [
        (shown("2023-03-01 08:00"), shown("2023-03-03 08:00"), ONE, "Một cửa"),
        (shown("2023-03-03 08:00"), shown("2023-03-06 08:00"), TWO, "Phòng Đăng ký"),
        (shown("2023-03-06 08:00"), None, TWO, "Phòng Pháp chế"),
    ]
    assert step_in_force(found) == found[-1]
    assert step_in_force(steps(given, rows, at("2023-03-09 08:00"))) is None
    assert steps(facts(), rows, None) == []


def test_a_case_without_rows_is_with_the_agency_that_received_it() -> None:
    given = facts(agency=ONE, received="2023-03-01 08:00")
    assert steps(given, [], None) == [Step(ONE, None, 2, at("2023-03-01 08:00"), None, None)]


def test_a_step_begins_when_the_source_says_it_began() -> None:
    given = facts(agency=ONE, received="2023-03-01 08:00")
    rows = [row("2023-03-06 08:00", agency=TWO, began="2023-03-02 08:00")]
    assert [told(step.begins) for step in steps(given, rows, None)] == [
        shown("2023-03-01 08:00"),
        shown("2023-03-02 08:00"),
    ]


def test_a_row_after_the_finish_is_no_step() -> None:
    given = facts(agency=ONE, received="2023-03-01 08:00")
    rows = [row("2023-03-06 08:00", 9), row("2023-03-07 08:00", 10)]
    found = steps(given, rows, at("2023-03-06 08:00"))
    assert [told(step.ends) for step in found] == [shown("2023-03-06 08:00")]


def test_time_is_split_between_agencies_and_adds_up_to_the_clock() -> None:
    given = facts(
        agency=ONE,
        received="2023-03-01 08:00",
        supplements=[("2023-03-02 08:00", "2023-03-07 08:00")],
    )
    rows = [row("2023-03-03 08:00", agency=TWO), row("2023-03-09 08:00", agency=ONE)]
    found = clock(given, rows, "2023-03-10 10:00")
    taken = shares(steps(given, rows, None), found.pauses, TEN, found.stands_at)
    hour = 3600
    assert taken == [Share(ONE, (8 + 8 + 2) * hour), Share(TWO, 16 * hour)]
    assert sum(share.ticks for share in taken) == found.elapsed
    outside = facts(agency=ONE, received="2019-03-01 08:00")
    assert shares(steps(outside, [], None), (), TEN, at("2023-03-01 08:00")) == []


def test_the_intake_of_an_online_submission() -> None:
    waiting = facts(submitted="2023-03-01 16:00", status=1)
    due = at("2023-03-02 16:00")
    assert intake(waiting, TEN, due) == Milestone(
        "intake", at("2023-03-01 16:00"), WorkingHours(8), due, None, "waiting", due + 1
    )
    overdue = intake(waiting, TEN, due + 1)
    assert overdue is not None
    assert (overdue.outcome, overdue.changes_at) == ("overdue", None)
    for done, outcome in (("2023-03-02 16:00", "in_time"), ("2023-03-02 16:00:01", "late")):
        for how in ({"received": done, "status": 2}, {"refused": done, "status": 3}):
            given = facts(submitted="2023-03-01 16:00", **how)
            found = intake(given, TEN, at("2023-03-05 08:00"))
            assert found is not None
            assert (found.outcome, found.done) == (outcome, at(done))
    # A time of reception under a status of not accepted accepts nothing.
    doubtful = facts(submitted="2023-03-01 16:00", received="2023-03-01 17:00", status=1)
    found = intake(doubtful, TEN, due)
    assert found is not None
    assert found.outcome == "waiting"
    assert intake(facts(received="2023-03-01 08:00"), TEN, due) is None
    assert intake(waiting, terms(WorkingDays(1)), due) is None
    # Refused, and nobody says when: it waits for nothing any more.
    assert intake(waiting._replace(status=3), TEN, due + 90 * 86_400) is None


def test_what_lies_beyond_the_calendar_has_no_milestone_time() -> None:
    found = intake(facts(submitted="2019-03-01 16:00", status=1), TEN, at("2023-03-01 08:00"))
    assert found is not None
    assert (found.due, found.outcome) == (None, "waiting")


def test_feedback_is_refused_questioned_resolved_and_published_in_terms_of_its_own() -> None:
    of = RuleBook(laws(), calendar()).terms(Subject("feedback"), at("2023-03-01 08:00"))
    given = facts(
        submitted="2023-03-01 08:00",
        received="2023-03-02 08:00",
        finished="2023-03-20 08:00",
        supplements=[("2023-03-07 08:00", "2023-03-09 08:00")],
        status=9,
    )
    found = {item.name: item for item in milestones(given, of, at("2023-03-23 08:00"))}
    assert {name: (told(item.due), item.outcome) for name, item in found.items()} == {
        "intake": (shown("2023-03-03 08:00"), "in_time"),
        "request": (shown("2023-03-08 08:00"), "in_time"),
        "hand_over": (shown("2023-03-22 08:00"), "overdue"),
    }
    assert told(legal_clock(given, [], of, given.finished or 0).due_by_law) == (
        shown("2023-03-27 08:00")
    )
    published = given._replace(returned=at("2023-03-21 08:00"))
    assert milestones(published, of, at("2023-03-23 08:00"))[-1].outcome == "in_time"


def test_a_document_is_due_by_the_end_of_the_day_that_its_sender_set() -> None:
    of = RuleBook(laws(), calendar()).terms(Subject("document"), at("2023-03-01 08:00"))
    given = facts(received="2023-03-01 08:00", due="2023-03-10 00:00", finished="2023-03-10 16:00")
    found = legal_clock(given._replace(status=9), [], of, at("2023-03-20 08:00"))
    assert (found.timeliness, found.due_by_law) == ("on_time", given.due)


@pytest.mark.parametrize(
    ("rate", "value"),
    [
        (article_rate, Fraction(90, 100)),
        (portal_rate, Fraction(90 + 15, 130)),
        (index_rate, Fraction(90 + 15, 100 + 15 + 5)),
        (honest_rate, Fraction(90, 105)),
    ],
)
def test_the_four_rates(rate: Any, value: Fraction) -> None:
    tally = Tally(received=130, on_time=90, late=10, open_in_time=15, open_overdue=5)
    assert rate(tally) == value
    assert rate(replace(tally, received=0, on_time=0, late=0, open_in_time=0, open_overdue=0)) is (
        None
    )


def test_the_rates_of_2023() -> None:
    tally = Tally(received=605_859, on_time=595_634, late=1_230, open_in_time=8_995, open_overdue=0)
    article = article_rate(tally)
    assert article is not None
    assert round(float(article) * 100, 2) == 99.79
    assert article == honest_rate(tally)


def test_a_share_in_calendar_days_is_in_seconds() -> None:
    of = terms(CalendarDays(10))
    given = facts(agency=ONE, received="2023-03-01 08:00")
    found = clock(given, [], "2023-03-03 08:00", of)
    assert shares(steps(given, [], None), found.pauses, of, found.stands_at) == [
        Share(ONE, 2 * 86_400)
    ]
