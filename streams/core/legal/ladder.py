"""The ladder: who must act on a case, and from when, in working time before and after the deadline.

Only a clock that runs climbs it: while the applicant has the ball, nobody is warned.
"""

from typing import Final, Literal, NamedTuple

from streams.core.legal.clock import LegalClock
from streams.core.legal.deadlines import due_by_law, late_from
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

ESCALATIONS: Final[tuple[Level, ...]] = ("escalated_1", "escalated_2", "escalated_3")


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


def watch(clock: LegalClock, terms: Terms) -> Watch:
    """The level at the instant of the clock."""
    due, begins = clock.due, clock.begins
    if clock.state != "running" or due is None or begins is None:
        return Watch("none", None, due, clock.revised_at)
    now = clock.stands_at
    side = warnings if now < late_from(terms, due) else escalations
    level, since, changes_at = reached(side(terms, begins, due), now)
    if since is not None and since < begins:
        since = begins
    return Watch(level, since, due, earlier(changes_at, clock.revised_at))


def reached(side: list[Rung], now: int) -> tuple[Level, int | None, int | None]:
    """The last of these rungs that holds, since when, and when another one will."""
    level: Level = "none"
    since, changes_at = None, None
    for rung, at in side:
        if at <= now:
            level, since, changes_at = rung, at, None
        elif changes_at is None or at < changes_at:
            changes_at = at
    return level, since, changes_at


def rungs(clock: LegalClock, terms: Terms) -> list[Rung]:
    """Every rung and the instant from which it holds, as long as the deadline stays."""
    if clock.due is None or clock.begins is None:
        return []
    after = escalations(terms, clock.begins, clock.due)
    return warnings(terms, clock.begins, clock.due) + after[1:]


def warnings(terms: Terms, begins: int, due: int) -> list[Rung]:
    """The warnings, and the rung that ends them. Without a calendar that reaches, only the last."""
    overdue = Rung("overdue", late_from(terms, due))
    days = terms.calendar.working_days
    try:
        position = days.position(due)
        limit = _limit(terms, begins, position)
        if limit <= terms.short:
            soon = limit * terms.short_share[0] // terms.short_share[1]
            return [Rung("due_soon", days.latest(max(position - soon, 0))), overdue]
        share = limit * terms.due_soon_share[0] // terms.due_soon_share[1]
        soon = max(terms.due_soon, share)
        return [
            Rung("due_soon", days.latest(max(position - soon, 0))),
            Rung("apology_due", days.latest(max(position - terms.apology, 0))),
            overdue,
        ]
    except OutsideCalendarError:
        return [overdue]


def escalations(terms: Terms, _begins: int, due: int) -> list[Rung]:
    """Overdue and what follows; ends with what the calendar reaches."""
    days = terms.calendar.working_days
    found = [Rung("overdue", late_from(terms, due))]
    try:
        position = days.position(due)
        reach = days.earliest if days.earliest(position) == due else days.latest
        for level, ticks in zip(ESCALATIONS, terms.escalations, strict=True):
            found.append(Rung(level, max(reach(position + ticks), found[0].at)))
    except OutsideCalendarError:
        pass
    return found


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
