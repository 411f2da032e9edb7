"""Whom a change of law would move, and by how much. Nothing is folded again for it."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from streams.core.facts import Facts, Row
from streams.core.legal.book import terms_of
from streams.core.legal.clock import LegalClock, legal_clock
from streams.core.legal.ladder import Level, watch
from streams.core.legal.scale import OutsideCalendarError
from streams.core.legal.terms import RuleBook


class KnownCase(NamedTuple):
    """A case as the worker's API tells it."""

    case: str
    kind: str
    facts: Facts
    rows: Sequence[Row]


class Side(NamedTuple):
    """How a case stands under one law; instants in Unix seconds."""

    law: str
    due_by_law: int | None
    due: int | None
    level: Level


class Moved(NamedTuple):
    """`working_days`: by how much due by law moves, later is positive; None where either side has
    none, or the calendar does not reach.
    """

    case: str
    old: Side
    new: Side
    working_days: Fraction | None


def moved(cases: Iterable[KnownCase], old: RuleBook, new: RuleBook, now: int) -> Iterator[Moved]:
    """The open cases whose deadline or level would change, in the order given.

    A case keeps the law of the day on which it was received, on both sides.
    """
    for known in cases:
        before, clock = _side(known, old, now)
        after, _ = _side(known, new, now)
        if clock.state in ("running", "paused") and before[1:] != after[1:]:
            yield Moved(known.case, before, after, _distance(new, before, after))


def _side(known: KnownCase, book: RuleBook, now: int) -> tuple[Side, LegalClock]:
    facts = known.facts
    terms = terms_of(book, known.kind, facts, now)
    clock = legal_clock(facts, [row[:2] for row in known.rows], terms, now)
    side = Side(terms.rule.law, clock.due_by_law, clock.due, watch(clock, terms).level)
    return side, clock


def _distance(book: RuleBook, before: Side, after: Side) -> Fraction | None:
    if before.due_by_law is None or after.due_by_law is None:
        return None
    days = book.calendar.working_days
    try:
        ticks = days.position(after.due_by_law) - days.position(before.due_by_law)
    except OutsideCalendarError:
        return None
    return Fraction(ticks, days.unit)
