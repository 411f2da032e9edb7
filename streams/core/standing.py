"""How a case stands: what the legal clock says of it, as far as it is counted.

The same answers as `legal_clock`, `watch`, `cause_of` and `intake` give, without what only a
receipt tells. Statuses are those of the national synchronisation protocol (TrangThaiHoSo): 1 newly
submitted, 2 accepted, 3 refused at intake, 4 in process, 5 supplement requested, 6 financial
obligation requested, 7 withdrawn, 8 stopped, 9 done, 10 result returned.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from streams.core.facts import Facts, Keys
from streams.core.legal.causes import Cause, Outages, cause_of
from streams.core.legal.clock import Timeliness, deadline, legal_clock, timeliness_of
from streams.core.legal.contradictions import is_contradicted, unreceived
from streams.core.legal.deadlines import mismatch_of
from streams.core.legal.facts import (
    DONE,
    REFUSED,
    SUBMITTED,
    WITHDRAWN,
    RowFact,
    appointment,
    closed_at,
    finish_of,
)
from streams.core.legal.ladder import OVERDUE_LEVELS, Level, climb, earlier
from streams.core.legal.milestones import intake
from streams.core.legal.pauses import Stop, stops_of
from streams.core.legal.terms import Terms
from streams.core.times import local_year

Phase = Literal[
    "refused",
    "awaiting_intake",
    "withdrawn",
    "stopped",
    "resolved",
    "processing",
    "overdue",
    "paused",
]
# The rows of a case, unpacked only where they are asked for.
Rows = Callable[[], Sequence[RowFact]]

# The year of a case that has no time at all.
NO_YEAR: Final = 0


class Standing(NamedTuple):
    """Years are local calendar years; `due`, `changes_at` and `since` Unix seconds.

    `due` is what decides: the appointment that the source sent last, else due by law; None where
    there is none, and while a clock stands still that no appointment has stopped.
    `closed` is the year in which the case was refused, withdrawn, stopped or resolved.
    `changes_at` is the first whole second at which the standing is another one although nothing
    more is said; None: never. `level` is the rung of the ladder and holds from `since` on,
    `mismatch` tells whether the appointment is another one than the law gives: both only of a
    clock that runs. `contradicted`: facts that cannot all be true, whatever the time.
    `intake_overdue`: it waits for its intake longer than the rule allows.
    """

    phase: Phase
    due: int | None = None
    closed: int = NO_YEAR
    timeliness: Timeliness | None = None
    cause: Cause | None = None
    reported_done: bool = False
    changes_at: int | None = None
    level: Level = "none"
    since: int | None = None
    mismatch: bool = False
    contradicted: bool = False
    intake_overdue: bool = False


def stand(
    facts: Facts, keys: Keys, rows: Rows, terms: Terms, outages: Outages, now: int
) -> Standing:
    """`now` in whole Unix seconds; `keys` are the (time, status) of the rows, ascending."""
    status, received = facts.status, facts.received
    if facts.refused is not None or status == REFUSED:
        closed = _year(facts.refused, facts.submitted, received)
        return Standing("refused", closed=closed, contradicted=bool(unreceived(facts)))
    if received is None or status == SUBMITTED:
        return _awaiting(facts, terms, now)
    closing = closed_at(facts, keys)
    if closing is not None:
        return Standing(
            "withdrawn" if status == WITHDRAWN else "stopped",
            closed=local_year(closing),
            contradicted=is_contradicted(facts, closing, appointment(facts)),
        )
    finish = finish_of(facts)
    if finish is not None:
        standing = _resolved(facts, keys, terms, received, finish)
        if standing.timeliness != "late":
            return standing
        clock = legal_clock(facts, keys, terms, now)
        return standing._replace(cause=cause_of(facts, rows(), clock, terms, outages))
    return _open(facts, keys, terms, received, now)


def _awaiting(facts: Facts, terms: Terms, now: int) -> Standing:
    waiting = intake(facts, terms, now)
    return Standing(
        "awaiting_intake",
        changes_at=waiting and waiting.changes_at,
        contradicted=bool(unreceived(facts)),
        intake_overdue=waiting is not None and waiting.outcome == "overdue",
    )


def _resolved(facts: Facts, keys: Keys, terms: Terms, received: int, finish: int) -> Standing:
    due = appointment(facts)
    contradicted = is_contradicted(facts, finish, due)
    if due is None:
        stops, _ = stops_of(facts.supplements, keys, facts.status, terms.pauses)
        _, due = deadline(facts, received, terms, stops, finish)
    timeliness = timeliness_of(terms, finish, due)
    return Standing("resolved", due, local_year(finish), timeliness, contradicted=contradicted)


def _open(facts: Facts, keys: Keys, terms: Terms, received: int, now: int) -> Standing:
    appointed = appointment(facts)
    stops, waits = stops_of(facts.supplements, keys, facts.status, terms.pauses)
    reported = facts.status in DONE or bool(keys and keys[-1][1] in DONE)
    contradicted = is_contradicted(facts, None, appointed)
    if waits:
        return Standing("paused", appointed, reported_done=reported, contradicted=contradicted)
    over = _over(stops, received) if stops else received
    begins, by_law = deadline(facts, received, terms, stops, over)
    due = by_law if appointed is None else appointed
    if due is None:
        return Standing("processing", reported_done=reported, contradicted=contradicted)
    level, since, _, changes_at = climb(terms, begins, due, now)
    # As long as a stop lies in the future, the deadline by law moves with every second.
    moving = bool(stops) and over > now and appointed is not None
    return Standing(
        "overdue" if level in OVERDUE_LEVELS else "processing",
        due,
        reported_done=reported,
        changes_at=earlier(changes_at, over) if moving else changes_at,
        level=level,
        since=since,
        mismatch=not moving and mismatch_of(terms, appointed, by_law) is not None,
        contradicted=contradicted,
    )


def _over(stops: list[Stop], received: int) -> int:
    """When the last of the stops that the facts tell is over."""
    return max([received, *(stop.ends for stop in stops if stop.ends is not None)])


def _year(*seconds: int | None) -> int:
    """The local year of the first time that there is."""
    for second in seconds:
        if second is not None:
            return local_year(second)
    return NO_YEAR


def registered_year(facts: Facts) -> int:
    return _year(facts.submitted, facts.received, facts.refused)
