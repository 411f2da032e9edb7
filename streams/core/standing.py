"""How a case stands: phase, timeliness and cause, from its facts, its rows and `now`.

This is the whole of the rules, in their simple form: the due date is the appointment that the
source sent last, none is computed. Statuses are those of the national synchronisation protocol
(TrangThaiHoSo): 1 newly submitted, 2 accepted, 3 refused at intake, 4 in process, 5 supplement
requested, 6 financial obligation requested, 7 withdrawn, 8 stopped, 9 done, 10 result returned.
"""

from typing import Final, Literal, NamedTuple

from streams.core.facts import Facts, Keys, Supplement
from streams.core.legal.facts import (
    CLOCK,
    DONE,
    REFUSED,
    STOPPED,
    SUBMITTED,
    WAITING,
    WITHDRAWN,
    appointment,
    closed_at,
    finish_of,
)
from streams.core.legal.ladder import Level
from streams.core.times import local_day, local_year

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
Timeliness = Literal["early", "on_time", "late"]
Cause = Literal["in_system", "other"]

# The year of a case that has no time at all.
NO_YEAR: Final = 0


class Standing(NamedTuple):
    """Years are local calendar years, `due` and `changes_at` Unix seconds.

    `closed` is the year in which the case was refused, withdrawn, stopped or resolved.
    `changes_at` is the first whole second at which the standing is another one although nothing
    more is said; None: never. `level` is the rung of the ladder and `mismatch` tells whether the
    appointment is another one than the law gives: both only as `Rules` say, of a running clock.
    `since` is the threshold from which the level holds, None for level none.
    """

    phase: Phase
    due: int | None = None
    closed: int = NO_YEAR
    timeliness: Timeliness | None = None
    cause: Cause | None = None
    reported_done: bool = False
    changes_at: int | None = None
    level: Level = "none"
    mismatch: bool = False
    since: int | None = None


def derive(facts: Facts, keys: Keys, now: int) -> Standing:
    """`now` in whole Unix seconds; `keys` are the (time, status) of the rows, ascending."""
    if facts.refused is not None or facts.status == REFUSED:
        return Standing("refused", closed=_year(facts.refused, facts.submitted, facts.received))
    if facts.received is None or facts.status == SUBMITTED:
        return Standing("awaiting_intake")
    if facts.status == WITHDRAWN:
        return Standing("withdrawn", closed=_year(closed_at(facts, keys)))
    if facts.status == STOPPED:
        return Standing("stopped", closed=_year(closed_at(facts, keys)))
    finish = finish_of(facts)
    if finish is not None:
        return _resolved(facts, finish)
    return _open(facts, keys, now)


def _resolved(facts: Facts, finish: int) -> Standing:
    due = appointment(facts)
    closed = local_year(finish)
    if due is None:
        return Standing("resolved", None, closed, "on_time")
    if finish > due:
        returned = facts.returned
        in_time = returned is not None and returned <= due
        return Standing("resolved", due, closed, "late", "in_system" if in_time else "other")
    early = local_day(finish) < local_day(due)
    return Standing("resolved", due, closed, "early" if early else "on_time")


def _open(facts: Facts, keys: Keys, now: int) -> Standing:
    due = appointment(facts)
    reported = facts.status in DONE or bool(keys and keys[-1][1] in DONE)
    if _paused(facts, keys):
        return Standing("paused", due, reported_done=reported)
    if due is not None and now > due:
        return Standing("overdue", due, reported_done=reported)
    changes_at = None if due is None else due + 1
    return Standing("processing", due, reported_done=reported, changes_at=changes_at)


def _paused(facts: Facts, keys: Keys) -> bool:
    if facts.status in WAITING or any(item.received is None for item in facts.supplements):
        return True
    if facts.status in DONE:
        return False
    last = next((key for key in reversed(keys) if key[1] in CLOCK), None)
    return last is not None and last[1] in WAITING and not _resumed(facts.supplements, last[0])


def _resumed(supplements: tuple[Supplement, ...], since: int) -> bool:
    return any(item.received is not None and item.received >= since for item in supplements)


def _year(*seconds: int | None) -> int:
    """The local year of the first time that there is."""
    second = next((second for second in seconds if second is not None), None)
    return NO_YEAR if second is None else local_year(second)


def registered_year(facts: Facts) -> int:
    return _year(facts.submitted, facts.received, facts.refused)
