"""The receipt of a deadline: every stretch that was counted, every stop, every day off, and why.

Plain enough to go with the answer to a complaint. It names no person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from seeds.law_calendar import CalendarDay, DayKind
from seeds.law_calendar import Standing as DayStanding
from seeds.law_files import PauseReason
from streams.core.legal.causes import NO_OUTAGES, Cause, Outages, cause_of
from streams.core.legal.clock import LegalClock, legal_clock
from streams.core.legal.duration import Length, Unit
from streams.core.legal.facts import CaseFacts, RowFact
from streams.core.legal.ladder import Level, rungs, watch
from streams.core.legal.milestones import Milestone, milestones
from streams.core.legal.pauses import Pause
from streams.core.legal.rules import Rule
from streams.core.legal.scale import OutsideCalendarError
from streams.core.legal.steps import Share, Step, shares, step_in_force, steps
from streams.core.legal.terms import Terms


class CaseName(NamedTuple):
    """What the receipt says a case is."""

    case: str
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A holiday or a make-up day; ISO date."""

    day: str
    kind: DayKind
    name: str
    standing: DayStanding
    source: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """[begins, ends), counted when `reason` is None, else a stop for that reason.

    `ticks`: the time that was counted, or was not because of the stop. `weekend_days` are those
    off, not made up for and no holiday.
    """

    begins: int
    ends: int
    reason: PauseReason | None
    is_open: bool
    ticks: int
    special_days: tuple[SpecialDay, ...]
    weekend_days: int


@dataclass(frozen=True, slots=True)
class NextRung:
    """`ticks`: working time left until it, 0 when it is reached; None beyond the calendar."""

    level: Level
    at: int
    ticks: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """How many ticks of the clock make a `unit`, and ticks of working days a working day.

    `working_day_seconds`: None where days of different office hours are in force.
    """

    unit: Unit
    ticks: int
    working_day_ticks: int
    working_day_seconds: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Instants in Unix seconds, lengths in ticks of `measure`; those of rungs of working days.

    `left_by_law` is negative when the limit is used up. `handed_over` None: not known whether the
    applicant has the result. `cause` None: the case is not late, or not finished.
    `forecast_years`: years of the calendar that are not announced yet.
    """

    case: str
    procedure: str | None
    agency: str | None
    at: int
    rule: Rule
    measure: Measure
    clock: LegalClock
    first_due: int | None
    left_by_law: int | None
    level: Level
    cause: Cause | None
    handed_over: int | None
    stretches: tuple[Stretch, ...]
    rungs: tuple[NextRung, ...]
    step: Step | None
    shares: tuple[Share, ...]
    milestones: tuple[Milestone, ...]
    forecast_years: tuple[int, ...]


def receipt(
    name: CaseName,
    facts: CaseFacts,
    rows: Sequence[RowFact],
    terms: Terms,
    now: int,
    outages: Outages = NO_OUTAGES,
) -> Receipt:
    """Explains the clock of a case at `now`; never raises for what facts say."""
    clock = legal_clock(facts, [row[:2] for row in rows], terms, now)
    taken = steps(facts, rows, clock.stands_at if clock.state == "stopped" else None)
    return Receipt(
        case=name.case,
        procedure=name.procedure,
        agency=facts.agency,
        at=now,
        rule=terms.rule,
        measure=_measure(terms),
        clock=clock,
        first_due=facts.due,
        left_by_law=_left(terms, clock.due_by_law, clock.stands_at),
        level=watch(clock, terms).level,
        cause=cause_of(facts, rows, clock, terms, outages),
        handed_over=facts.returned,
        stretches=tuple(_stretches(clock, terms)),
        rungs=tuple(_rungs(clock, terms, now)),
        step=step_in_force(taken),
        shares=tuple(shares(taken, clock.pauses, terms, clock.stands_at)),
        milestones=tuple(milestones(facts, terms, now)),
        forecast_years=_forecast_years(clock, terms),
    )


def to_json(value: Any) -> Any:
    """A receipt, or a part of it, as dicts, lists, numbers and texts."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Length):
            return {"value": float(value.value), "unit": value.unit}
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: to_json(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        return [to_json(item) for item in items]
    return float(value) if isinstance(value, Fraction) else value


def _measure(terms: Terms) -> Measure:
    unit: Unit = terms.rule.limit.unit if terms.rule.limit else "working_day"
    days = terms.calendar.working_days
    return Measure(unit, terms.scale.unit, days.unit, terms.calendar.seconds_per_day)


def _left(terms: Terms, due: int | None, stands_at: int) -> int | None:
    try:
        return None if due is None else terms.scale.position(due) - terms.scale.position(stands_at)
    except OutsideCalendarError:
        return None


def _stretches(clock: LegalClock, terms: Terms) -> Iterator[Stretch]:
    """From the beginning to where the clock stands, without a gap."""
    if clock.begins is None or clock.elapsed is None:
        return
    reached = clock.begins
    for pause in clock.pauses:
        if reached < pause.begins:
            yield _stretch(clock, terms, reached, pause.begins, None)
        yield _stretch(clock, terms, pause.begins, pause.ends, pause)
        reached = pause.ends
    if reached < clock.stands_at:
        yield _stretch(clock, terms, reached, clock.stands_at, None)


def _stretch(
    clock: LegalClock, terms: Terms, begins: int, ends: int, pause: Pause | None
) -> Stretch:
    days = _days_within(clock, terms, begins, ends)
    return Stretch(
        begins=begins,
        ends=ends,
        reason=pause.reason if pause else None,
        is_open=pause is not None and pause.is_open,
        ticks=terms.scale.position(ends) - terms.scale.position(begins),
        special_days=tuple(
            SpecialDay(day.day.isoformat(), day.kind, day.name, day.standing, day.source)
            for day in days
            if day.kind in ("holiday", "make_up")
        ),
        weekend_days=sum(day.kind == "weekend" for day in days),
    )


def _days_within(clock: LegalClock, terms: Terms, begins: int, ends: int) -> list[CalendarDay]:
    """A day that two stretches share is told once: in the one in which it begins."""
    calendar = terms.calendar
    days = calendar.days(begins, max(ends - 1, begins))
    shared = begins != clock.begins and begins != calendar.midnight(calendar.day_number(begins))
    return list(days[1:] if shared else days)


def _rungs(clock: LegalClock, terms: Terms, now: int) -> Iterator[NextRung]:
    """Only a clock that runs has rungs before it."""
    if clock.state != "running":
        return
    position = terms.calendar.working_days.position
    for level, at in rungs(clock, terms):
        try:
            yield NextRung(level, at, max(position(at) - position(now), 0))
        except OutsideCalendarError:
            yield NextRung(level, at, None)


def _forecast_years(clock: LegalClock, terms: Terms) -> tuple[int, ...]:
    if clock.begins is None:
        return ()
    instants = [clock.stands_at, clock.due, clock.due_by_law]
    last = max(instant for instant in instants if instant is not None)
    days = terms.calendar.days(clock.begins, last)
    return tuple(sorted({day.day.year for day in days if day.standing == "forecast"}))
