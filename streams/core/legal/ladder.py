"""The ladder: who must act on a case, and from when, in working time before and after the deadline.

Only a clock that runs climbs it: while the applicant has the ball, nobody is warned.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from streams.core.legal.clock import LegalClock
from streams.core.legal.deadlines import due_by_law, late_from
from streams.core.legal.rules import ESCALATIONS
from streams.core.legal.scale import OutsideCalendarError
from streams.core.legal.terms import Terms

Level = Literal[
    "none",
    "due_soon",
    "apology_due",
    "overdue",
    "escalated_1",
    "escalated_2",
    "escalated_3",
]


class Watch(NamedTuple):
    """Where a case stands. `since`: the instant from which the level holds; `changes_at`: the next
    second at which the answer is another one although nothing more is said, None for never.
    """

    level: Level
    since: int | None
    due: int | None
    changes_at: int | None


class Rung(NamedTuple):
    level: Level
    at: int


OVERDUE_LEVELS: Final[frozenset[Level]] = frozenset(("overdue", *ESCALATIONS))
# Rungs from the top, as plain pairs.
Side = Iterator[tuple[Level, int]]


def watch(clock: LegalClock, terms: Terms) -> Watch:
    """The level at the instant of the clock."""
    due, begins = clock.due, clock.begins
    if clock.state != "running" or due is None or begins is None:
        return Watch("none", None, due, clock.revised_at)
    found = climb(terms, begins, due, clock.stands_at)
    return found._replace(changes_at=earlier(found.changes_at, clock.revised_at))


def climb(terms: Terms, begins: int, due: int, now: int) -> Watch:
    """Where a clock that runs, and began then, stands at `now`."""
    overdue = late_from(terms, due)
    if now < overdue:
        side = _warnings(terms, begins, due, overdue)
    else:
        side = _escalations(terms, due, overdue)
    changes_at = None
    # From the top, so that the many that have stood there for long cost one look.
    for level, at in side:
        if at <= now:
            return Watch(level, max(at, begins), due, changes_at)
        if changes_at is None or at < changes_at:
            changes_at = at
    return Watch("none", None, due, changes_at)


def rungs(clock: LegalClock, terms: Terms) -> list[Rung]:
    """Every rung and the instant from which it holds, as long as the deadline stays."""
    due, begins = clock.due, clock.begins
    if due is None or begins is None:
        return []
    overdue = late_from(terms, due)
    above = [Rung(*rung) for rung in _escalations(terms, due, overdue)]
    below = [Rung(*rung) for rung in _warnings(terms, begins, due, overdue)]
    return below[:0:-1] + above[::-1]


def _warnings(terms: Terms, begins: int, due: int, overdue: int) -> Side:
    """The rung that ends the warnings, and they. Beyond the calendar only the first."""
    yield "overdue", overdue
    days = terms.calendar.working_days
    try:
        position = days.position(due)
        limit = _limit(terms, begins, position)
        if limit <= terms.short:
            soon = limit * terms.short_share[0] // terms.short_share[1]
        else:
            share = limit * terms.due_soon_share[0] // terms.due_soon_share[1]
            soon = max(terms.due_soon, share)
            if terms.apology:
                yield "apology_due", days.latest(max(position - terms.apology, 0))
        yield "due_soon", days.latest(max(position - soon, 0))
    except OutsideCalendarError:
        return


def _escalations(terms: Terms, due: int, overdue: int) -> Side:
    """What follows overdue, as far as the calendar reaches, and overdue itself."""
    days = terms.calendar.working_days
    try:
        position = days.position(due)
        reach = days.earliest if days.earliest(position) == due else days.latest
    except OutsideCalendarError:
        yield "overdue", overdue
        return
    for level, ticks in terms.escalations:
        try:
            yield level, max(reach(position + ticks), overdue)
        except OutsideCalendarError:
            continue
    yield "overdue", overdue


def _limit(terms: Terms, begins: int, due_position: int) -> int:
    """The limit in ticks of working days; measured where the law does not count in them, and for
    want of a limit the time that was promised.
    """
    if terms.limit is not None and terms.by_day:
        return terms.limit
    days = terms.calendar.working_days
    by_law = due_by_law(terms, begins, terms.scale.position(begins))
    promised = due_position if by_law is None else days.position(by_law)
    return max(promised - days.position(begins), 0)


def earlier(one: int | None, other: int | None) -> int | None:
    """None for never."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
