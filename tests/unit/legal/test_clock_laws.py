"""Laws of the clock, over generated lives of cases: contradictory, overlapping, out of order."""

from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from seeds.law_files import PauseReason
from streams.core.legal.clock import LegalClock, legal_clock
from streams.core.legal.duration import CalendarDays, Duration, Months, WorkingDays, WorkingHours
from streams.core.legal.facts import Key, SupplementFact
from streams.core.legal.ladder import rungs, watch
from streams.core.legal.terms import Terms
from tests.unit.legal.support import Facts, at, terms

FIRST, LAST = at("2022-01-01 00:00"), at("2026-12-31 00:00")
moments = st.integers(FIRST, LAST)
SEVERITY = (
    "none",
    "due_soon",
    "apology_due",
    "overdue",
    "escalated_1",
    "escalated_2",
    "escalated_3",
)
REASONS: list[frozenset[PauseReason]] = [
    frozenset(("supplement", "financial_obligation")),
    frozenset(("supplement",)),
    frozenset(),
]


class Life(NamedTuple):
    facts: Facts
    keys: list[Key]
    now: int


def near(base: int, days: int = 40) -> st.SearchStrategy[int]:
    """Around `base`, and often on the hour, where offices open and close."""
    return st.integers(base - 3 * 86_400, base + days * 86_400) | st.integers(
        base // 1800 - 100, base // 1800 + days * 48
    ).map(lambda half_hours: half_hours * 1800)


def maybe(times: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.none() | times


@st.composite
def lives(draw: st.DrawFn) -> Life:
    base = draw(moments)
    times = near(base)
    given = Facts(
        status=draw(st.none() | st.integers(1, 10)),
        submitted=draw(maybe(times)),
        received=draw(st.none() | st.just(base) | times),
        due=draw(maybe(times)),
        finished=draw(maybe(times)),
        returned=draw(maybe(times)),
        refused=draw(st.none() | st.none() | times),
        supplements=tuple(
            draw(st.lists(st.tuples(times, maybe(times), maybe(times), maybe(times)), max_size=3))
        ),
    )
    rows = draw(st.lists(st.tuples(times, st.integers(1, 10)), max_size=5))
    return Life(given, rows, draw(near(base, 80)))


limits: st.SearchStrategy[Duration | None] = st.one_of(
    st.none(),
    st.integers(1, 30).map(WorkingDays),
    st.integers(1, 100).map(WorkingHours),
    st.integers(1, 40).map(CalendarDays),
    st.integers(1, 3).map(Months),
)
rules = st.builds(
    lambda limit, kind, pauses, late_by: terms(limit, kind=kind, pauses=pauses, late_by=late_by),
    limits,
    st.sampled_from(["duration", "fixed_date"]),
    st.sampled_from(REASONS),
    st.sampled_from(["second", "day"]),
)


@st.composite
def open_lives(draw: st.DrawFn) -> Life:
    """Received, going on, and free of contradictions of time."""
    received = draw(moments)
    cuts = sorted(draw(st.lists(near(received + 3 * 86_400, 30), min_size=4, max_size=4)))
    stops: list[SupplementFact] = [(cuts[0], cuts[1], None, None), (cuts[2], cuts[3], None, None)]
    given = Facts(received=received, supplements=tuple(stops[: draw(st.integers(0, 2))]))
    return Life(given, [], max(cuts[3], received) + draw(st.integers(0, 30 * 86_400)))


def read(life: Life, of: Terms) -> LegalClock:
    return legal_clock(life.facts, life.keys, of, life.now)


@given(lives(), rules)
def test_whatever_the_facts_the_clock_answers(life: Life, of: Terms) -> None:
    clock = read(life, of)
    watch(clock, of)
    assert (clock.state == "not_started") == (clock.begins is None)
    assert clock.elapsed is None or clock.elapsed >= 0
    assert clock.paused is None or clock.paused >= 0
    assert all(a.ends <= b.begins for a, b in zip(clock.pauses, clock.pauses[1:], strict=False))
    assert len(set(clock.contradictions)) == len(clock.contradictions)


@given(lives(), rules, st.randoms(use_true_random=False))
def test_permuting_and_repeating_facts_changes_nothing(
    life: Life,
    of: Terms,
    chance: st.randoms,  # type: ignore[valid-type]
) -> None:
    items = [*life.facts.supplements, *life.facts.supplements]
    rows = [*life.keys, *life.keys]
    chance.shuffle(items)  # type: ignore[attr-defined]
    chance.shuffle(rows)  # type: ignore[attr-defined]
    shuffled = Life(life.facts._replace(supplements=tuple(items)), rows, life.now)
    assert read(shuffled, of) == read(life, of)


@given(open_lives(), rules, st.integers(0, 40 * 86_400))
def test_time_runs_one_way(life: Life, of: Terms, more: int) -> None:
    """Elapsed and due by law never shrink, what remains and the level never ease."""
    sooner, later = read(life, of), read(life._replace(now=life.now + more), of)
    assert (sooner.elapsed or 0) <= (later.elapsed or 0)
    assert sooner.due == later.due
    if sooner.remaining is not None:
        assert later.remaining is not None
        assert later.remaining <= sooner.remaining
    levels = [SEVERITY.index(watch(clock, of).level) for clock in (sooner, later)]
    assert levels == sorted(levels)


@given(open_lives(), rules, near(0), st.integers(0, 20 * 86_400), st.booleans())
def test_pausing_never_brings_the_deadline_by_law_nearer(
    life: Life, of: Terms, start: int, length: int, lasts: bool
) -> None:
    assert life.facts.received is not None
    begins = life.facts.received + start
    stop: SupplementFact = (begins, None if lasts else begins + length, None, None)
    more = life._replace(facts=life.facts._replace(supplements=(*life.facts.supplements, stop)))
    before, after = read(life, of), read(more, of)
    assert (after.elapsed or 0) <= (before.elapsed or 0)
    if before.due_by_law is not None and after.due_by_law is not None:
        assert after.due_by_law >= before.due_by_law


@given(open_lives(), rules, st.integers(0, 40 * 86_400))
def test_a_stop_cut_in_two_touching_ones_changes_nothing(life: Life, of: Terms, cut: int) -> None:
    assume(life.facts.supplements)
    begins, ends, *rest = life.facts.supplements[0]
    assert ends is not None
    middle = min(begins + cut, ends)
    halves: tuple[SupplementFact, ...] = (
        (begins, middle, None, None),
        (middle, ends, None, None),
    )
    split = life.facts._replace(supplements=(*halves, *life.facts.supplements[1:]))
    whole, parted = read(life, of), read(life._replace(facts=split), of)
    assert (whole.elapsed, whole.paused) == (parted.elapsed, parted.paused)
    assert (whole.due_by_law, whole.remaining) == (parted.due_by_law, parted.remaining)
    assert rest == [None, None]


@given(lives(), rules)
def test_the_answer_holds_until_it_says_it_changes(life: Life, of: Terms) -> None:
    clock = read(life, of)
    found = watch(clock, of)
    if found.changes_at is None:
        later = [life.now + days * 86_400 for days in (1, 30, 300)]
        assert {watch(read(life._replace(now=now), of), of).level for now in later} == {found.level}
        return
    assert found.changes_at > life.now
    just_before = read(life._replace(now=found.changes_at - 1), of)
    assert watch(just_before, of)[:2] == found[:2]
    then = read(life._replace(now=found.changes_at), of)
    assert watch(then, of)[:2] != found[:2] or then.contradictions != clock.contradictions


@given(open_lives(), rules)
def test_the_level_is_the_highest_rung_that_is_reached(life: Life, of: Terms) -> None:
    clock = read(life, of)
    found = watch(clock, of)
    reached = [rung for rung in rungs(clock, of) if rung.at <= life.now]
    highest = max((SEVERITY.index(rung.level) for rung in reached), default=0)
    assert found.level == SEVERITY[highest]
    assert (found.since is None) == (found.level == "none")


@given(open_lives(), rules)
def test_a_case_that_stands_still_or_has_ended_stands_on_no_rung(life: Life, of: Terms) -> None:
    ended = life.facts._replace(finished=life.now)
    assert watch(read(life._replace(facts=ended), of), of).level == "none"
    waiting = life.facts._replace(supplements=((life.now - 1, None, None, None),))
    clock = read(life._replace(facts=waiting), of)
    assert (clock.state == "paused") == ("supplement" in of.pauses)
    if clock.state == "paused":
        assert watch(clock, of).level == "none"
