"""How the fold says that a case stands is what clock, ladder, causes and milestones say."""

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from streams.core import facts as fold
from streams.core.facts import Supplement
from streams.core.legal.causes import Outages, cause_of
from streams.core.legal.clock import legal_clock
from streams.core.legal.duration import WorkingDays, WorkingHours
from streams.core.legal.facts import RowFact
from streams.core.legal.ladder import OVERDUE_LEVELS, Watch, watch
from streams.core.legal.milestones import intake
from streams.core.legal.terms import Terms
from streams.core.standing import Standing, stand
from tests.unit.legal.support import Facts, at, facts, keys, terms
from tests.unit.legal.test_clock_laws import Life, lives, rules

STATES: Final = {
    "refused": "not_started",
    "awaiting_intake": "not_started",
    "withdrawn": "stopped",
    "stopped": "stopped",
    "resolved": "stopped",
    "processing": "running",
    "overdue": "running",
    "paused": "paused",
}
# Only time tells these, or the calendar; a figure is to hold until something is said.
UNCOUNTED: Final = {"in_future", "outside_calendar", "paused_without_time"}
DAY: Final = 86_400
FOREVER: Final = at("2027-06-01 00:00")
DOWN: Final = Outages(
    [(at(f"{year}-01-01 00:00"), at(f"{year}-07-01 00:00")) for year in (2023, 2025)]
)


def with_intake(of: Terms) -> Terms:
    """The same rule, and a day of office time to take a case in."""
    rule = of.rule
    return terms(
        rule.limit, kind=rule.kind, pauses=rule.pauses, late_by=rule.late_by, intake=WorkingHours(8)
    )


timely_rules = rules.map(with_intake)


def rows_of(life: Life) -> list[RowFact]:
    """Every other row with a step that is to be done within a day."""
    return [
        (time, status, None, None, None, time + DAY if number % 2 else None)
        for number, (time, status) in enumerate(sorted(set(life.keys)))
    ]


def stands(life: Life, of: Terms) -> Standing:
    items = tuple(Supplement(*item) for item in life.facts.supplements)
    told = fold.Facts(**(life.facts._asdict() | {"supplements": items}))
    return stand(told, sorted(set(life.keys)), lambda: rows_of(life), of, DOWN, life.now)


def to_come(life: Life) -> bool:
    """A stop that ends in the future: the clock counts it second by second, a figure at once."""
    times = [time for item in life.facts.supplements for time in item[:2] if time is not None]
    return any(time > life.now for time in [*times, *(time for time, _ in life.keys)])


@given(lives(), timely_rules)
def test_phase_due_timeliness_and_cause(life: Life, of: Terms) -> None:
    standing, clock = stands(life, of), legal_clock(life.facts, life.keys, of, life.now)
    assert clock.state == STATES[standing.phase]
    assert clock.timeliness == standing.timeliness
    assert standing.cause == cause_of(life.facts, rows_of(life), clock, of, DOWN)
    assert (standing.cause is None) == (standing.timeliness != "late")
    assert standing.contradicted == bool(set(clock.contradictions) - UNCOUNTED)
    if standing.phase == "resolved":
        assert standing.due == clock.due


@given(lives(), timely_rules)
def test_the_ladder_and_the_appointment_against_the_law(life: Life, of: Terms) -> None:
    standing, clock = stands(life, of), legal_clock(life.facts, life.keys, of, life.now)
    assert (standing.level in OVERDUE_LEVELS) == (standing.phase == "overdue")
    assert (standing.since is None) == (standing.level == "none")
    # A rung and the phase never contradict each other, whatever is still to come.
    assert (watch(clock, of).level in OVERDUE_LEVELS) == (standing.phase == "overdue")
    if clock.state == "running" and not to_come(life):
        found = watch(clock._replace(revised_at=None), of)
        assert found == Watch(standing.level, standing.since, standing.due, standing.changes_at)
        assert standing.mismatch == (clock.mismatch is not None)
    if clock.state != "running":
        assert (standing.level, standing.mismatch) == ("none", False)


@given(lives(), timely_rules)
def test_the_intake(life: Life, of: Terms) -> None:
    standing, waiting = stands(life, of), intake(life.facts, of, life.now)
    outcome = waiting.outcome if waiting else None
    assert standing.intake_overdue == (outcome == "overdue")
    if standing.phase == "awaiting_intake":
        assert standing.changes_at == (waiting and waiting.changes_at)


@given(lives(), timely_rules, st.data())
def test_until_it_changes_nothing_changes(life: Life, of: Terms, data: st.DataObject) -> None:
    standing = stands(life, of)
    changes_at = FOREVER if standing.changes_at is None else standing.changes_at
    assert changes_at > life.now
    assert (
        stands(life._replace(now=data.draw(st.integers(life.now, changes_at - 1))), of) == standing
    )
    if standing.changes_at is not None:
        assert stands(life._replace(now=changes_at), of) != standing


def test_a_stop_that_ends_in_the_future_is_not_judged_before() -> None:
    of = terms(WorkingDays(5))
    told = facts(
        received="2023-03-01 08:00",
        due="2023-03-10 08:00",
        supplements=(("2023-03-02 08:00", "2023-03-07 08:00", None, None),),
    )
    early = stands(Life(told, [], at("2023-03-03 08:00")), of)
    assert (early.level, early.mismatch) == ("none", False)
    assert early.changes_at == at("2023-03-07 08:00")
    # Five days and a stop of three: 13 March, and 10 March was promised.
    later = stands(Life(told, [], at("2023-03-07 08:00")), of)
    assert (later.level, later.mismatch) == ("none", True)
    assert later.changes_at == at("2023-03-08 08:00")


def unappointed(
    now: str, of: Terms, *, rows: tuple[tuple[str, int], ...] = (), **told: Any
) -> Standing:
    given = facts(received="2023-03-01 08:00", **told)
    return stands(Life(given, keys(*rows), at(now)), of)


def test_without_an_appointment_the_law_decides() -> None:
    of = terms(WorkingDays(5))
    assert unappointed("2023-03-08 08:00", of).phase == "processing"
    overdue = unappointed("2023-03-08 08:00:01", of)
    assert (overdue.phase, overdue.level, overdue.due) == (
        "overdue",
        "overdue",
        at("2023-03-08 08:00"),
    )
    assert not overdue.mismatch
    done = unappointed("2023-04-01 08:00", of, finished="2023-03-08 08:00", status=9)
    assert done.timeliness == "on_time"
    late = unappointed("2023-04-01 08:00", of, finished="2023-03-08 08:00:01", status=9)
    assert (late.timeliness, late.cause) == ("late", "unknown")


def test_without_an_appointment_the_deadline_moves_with_the_pause() -> None:
    of = terms(WorkingDays(5))
    asked = ("2023-03-02 08:00", 5)
    waiting = unappointed("2023-05-02 08:00", of, rows=(asked,), status=5)
    assert (waiting.phase, waiting.due, waiting.changes_at) == ("paused", None, None)
    on = unappointed("2023-03-10 08:00", of, rows=(asked, ("2023-03-07 08:00", 4)))
    assert (on.phase, on.due) == ("processing", at("2023-03-13 08:00"))


def test_late_by_day_holds_for_phase_ladder_and_timeliness_alike() -> None:
    of = terms(WorkingDays(5), late_by="day")
    told: dict[str, Any] = {"due": "2023-03-08 08:00"}
    assert unappointed("2023-03-08 23:59:59", of, **told).phase == "processing"
    assert unappointed("2023-03-09 00:00", of, **told).level == "overdue"
    at_night = told | {"finished": "2023-03-08 23:59:59", "status": 9}
    assert unappointed("2023-04-01 08:00", of, **at_night).timeliness == "on_time"
    next_day = told | {"finished": "2023-03-09 00:00", "status": 9}
    assert unappointed("2023-04-01 08:00", of, **next_day).timeliness == "late"


def test_without_a_limit_and_an_appointment_nothing_is_ever_due() -> None:
    standing = unappointed("2026-03-08 08:00", terms(None))
    assert standing == Standing("processing")


def test_rows_are_asked_for_only_when_a_case_is_late() -> None:
    def unexpected() -> list[RowFact]:
        raise AssertionError("rows were unpacked")

    told = fold.Facts(status=9, received=at("2023-03-01 08:00"), finished=at("2023-03-02 08:00"))
    standing = stand(told, [], unexpected, terms(WorkingDays(5)), DOWN, at("2023-04-01 08:00"))
    assert standing.timeliness == "early"


def test_contradictions_do_not_come_and_go_with_time() -> None:
    early: Facts = facts(received="2023-03-09 08:00", status=4)
    of = terms(WorkingDays(5))
    assert not stands(Life(early, [], at("2023-03-01 08:00")), of).contradicted
    wrong = early._replace(due=at("2023-03-01 08:00"))
    assert stands(Life(wrong, [], at("2023-03-01 08:00")), of).contradicted
    assert stands(Life(wrong, [], at("2023-04-01 08:00")), of).contradicted
    refused = early._replace(refused=at("2023-03-09 08:00"))
    assert stands(Life(refused, [], at("2023-04-01 08:00")), of).contradicted
