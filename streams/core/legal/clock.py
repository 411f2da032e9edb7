"""The clock of one case at one instant."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from streams.core.legal.contradictions import (
    Contradiction,
    contradictions_of,
    future_facts,
    unreceived,
)
from streams.core.legal.deadlines import (
    Breach,
    Mismatch,
    Span,
    breaches_of,
    due_by_law,
    is_late,
    mismatch_of,
)
from streams.core.legal.facts import (
    CaseFacts,
    Key,
    appointment,
    closed_at,
    finish_of,
    is_begun,
)
from streams.core.legal.pauses import Pause, Stop, disjoint, stops_of
from streams.core.legal.scale import OutsideCalendarError
from streams.core.legal.terms import Terms

State = Literal["not_started", "running", "paused", "stopped"]
Timeliness = Literal["early", "on_time", "late"]


class LegalClock(NamedTuple):
    """What the clock says. Instants in Unix seconds; `elapsed`, `paused` and `remaining` in ticks
    of the scale of the limit's unit (`Terms.scale`): office seconds, or seconds of the calendar.

    `begins`: reception; the next opening where nights count from then on; None before reception.
    `stands_at`: the instant up to which is counted: the finish, the end otherwise, or `now`.
    `due`: what decides on timeliness: the appointment that the source sent last, else due by law.
    `due_by_law` moves with pauses, and with `now` while one lasts; `mismatch` is judged only when
    none does. `remaining` is negative after the deadline. `elapsed` and `paused` are None where
    the calendar does not reach. `revised_at`: when the last fact that lies in the future
    comes true, and the contradiction ends.
    """

    state: State
    stands_at: int
    begins: int | None = None
    elapsed: int | None = None
    paused: int | None = None
    pauses: tuple[Pause, ...] = ()
    due: int | None = None
    due_by_source: int | None = None
    due_by_law: int | None = None
    remaining: int | None = None
    mismatch: Mismatch | None = None
    timeliness: Timeliness | None = None
    contradictions: tuple[Contradiction, ...] = ()
    breaches: tuple[Breach, ...] = ()
    revised_at: int | None = None


def legal_clock(facts: CaseFacts, keys: Sequence[Key], terms: Terms, now: int) -> LegalClock:
    """Never raises for what facts say; `keys` (time and status of the rows) in any order."""
    received = facts.received
    if received is None or not is_begun(facts):
        return _not_started(facts, now)
    closed = closed_at(facts, keys)
    finish = closed if closed is not None else finish_of(facts)
    stands_at = now if finish is None else finish
    stops, waits = stops_of(facts.supplements, keys, facts.status, terms.pauses)
    paused = waits and finish is None
    due_by_source = appointment(facts)
    count = _count(terms, received, stops, stands_at)
    # Where the calendar does not reach what the clock stands at, it may reach the deadline.
    begins, by_law = (
        (count.begins, _due_by_law(facts, terms, count))
        if count
        else deadline(facts, received, terms, stops, stands_at)
    )
    due = by_law if due_by_source is None else due_by_source
    contradictions = contradictions_of(facts, finish, due, now)
    if not count:
        contradictions += ("outside_calendar",)
    if paused and not any(stop.ends is None for stop in stops):
        contradictions += ("paused_without_time",)
    return LegalClock(
        "stopped" if finish is not None else "paused" if paused else "running",
        stands_at,
        begins,
        count.elapsed if count else None,
        count.paused if count else None,
        count.pauses if count else (),
        due,
        due_by_source,
        by_law,
        _remaining(terms, count, due) if count and due is not None else None,
        None if paused else mismatch_of(terms, due_by_source, by_law),
        None if finish is None or closed is not None else timeliness_of(terms, finish, due),
        contradictions,
        breaches_of(terms, facts),
        future_facts(facts, now)[-1] if "in_future" in contradictions else None,
    )


def timeliness_of(terms: Terms, finish: int, due: int | None) -> Timeliness:
    """Early: on a day before that of the deadline. Without a deadline nothing is late."""
    if due is None:
        return "on_time"
    if is_late(terms, finish, due):
        return "late"
    day = terms.calendar.day_number
    return "early" if day(finish) < day(due) else "on_time"


def deadline(
    facts: CaseFacts, received: int, terms: Terms, stops: list[Stop], stands_at: int
) -> tuple[int, int | None]:
    """`begins` and `due_by_law` of the clock of a received case, as it stands at that instant."""
    if stops or (terms.limit is None and not terms.moves):
        count = _count(terms, received, stops, stands_at)
        return count.begins if count else received, _due_by_law(facts, terms, count)
    try:
        begins = terms.calendar.next_opening(received) if terms.by_calendar else received
        return begins, due_by_law(terms, begins, terms.scale.position(begins))
    except OutsideCalendarError:
        return received, None


class _Count(NamedTuple):
    """`start` and `stands` are positions on the scale of the limit, `spans` those of the pauses."""

    begins: int
    start: int
    stands: int
    elapsed: int
    paused: int
    pauses: tuple[Pause, ...]
    spans: Sequence[Span]


def _count(terms: Terms, received: int, stops: list[Stop], stands_at: int) -> _Count | None:
    """None where the calendar does not reach."""
    try:
        # Nights and days off count by the calendar, but not those before the office could begin.
        begins = terms.calendar.next_opening(received) if terms.by_calendar else received
        position = terms.scale.position
        start, stands = position(begins), position(stands_at)
        if not stops:
            return _Count(begins, start, stands, max(stands - start, 0), 0, (), ())
        pauses = disjoint(stops, begins, stands_at)
        spans = [(position(pause.begins), position(pause.ends)) for pause in pauses]
        paused = sum([end - begin for begin, end in spans])
        elapsed = max(stands - start - paused, 0)
        return _Count(begins, start, stands, elapsed, paused, pauses, spans)
    except OutsideCalendarError:
        return None


def _due_by_law(facts: CaseFacts, terms: Terms, count: _Count | None) -> int | None:
    if terms.limit is None and not terms.moves:
        # A fixed date that no law sets is the one that was appointed first.
        return facts.due
    return due_by_law(terms, count.begins, count.start, count.spans) if count else None


def _remaining(terms: Terms, count: _Count, due: int) -> int | None:
    try:
        return terms.scale.position(due) - count.stands
    except OutsideCalendarError:
        return None


def _not_started(facts: CaseFacts, now: int) -> LegalClock:
    return LegalClock(
        "not_started",
        now,
        due_by_source=appointment(facts),
        contradictions=unreceived(facts),
    )
