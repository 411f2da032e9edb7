"""Why a case was late, as far as evidence goes."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from streams.core.legal.clock import LegalClock
from streams.core.legal.deadlines import is_late
from streams.core.legal.facts import CaseFacts, RowFact
from streams.core.legal.milestones import intake_overrun
from streams.core.legal.terms import Terms

Cause = Literal[
    "in_system_technical",
    "in_system_clerk",
    "repeated_supplement",
    "intake_overdue",
    "long_verification",
    "unknown",
]

# The applicant had the result in time; only the record of it is late.
IN_SYSTEM: Final = frozenset({"in_system_technical", "in_system_clerk"})


class Outages:
    """Stretches [begins, ends) in which a system was down, as a probe saw it."""

    __slots__ = ("_begins", "_ends")

    def __init__(self, stretches: Iterable[tuple[int, int]] = ()) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        for begins, ends in sorted(stretches):
            if self._ends and begins <= self._ends[-1]:
                self._ends[-1] = max(ends, self._ends[-1])
            else:
                self._begins.append(begins)
                self._ends.append(ends)

    def covers(self, moment: int) -> bool:
        index = bisect_right(self._begins, moment) - 1
        return index >= 0 and moment < self._ends[index]


NO_OUTAGES: Final = Outages()


def cause_of(
    facts: CaseFacts,
    rows: Sequence[RowFact],
    clock: LegalClock,
    terms: Terms,
    outages: Outages = NO_OUTAGES,
) -> Cause | None:
    """None for a case that is not late, or of which nothing can be said before it is finished.

    The first that the evidence shows, in the order of `Cause`.
    """
    if clock.timeliness != "late" or clock.due is None:
        return None
    if facts.returned is not None and not is_late(terms, facts.returned, clock.due):
        return "in_system_technical" if outages.covers(clock.due) else "in_system_clerk"
    if "supplemented_again" in clock.breaches:
        return "repeated_supplement"
    if intake_overrun(facts, terms):
        return "intake_overdue"
    if _a_step_overran(rows, clock.stands_at):
        return "long_verification"
    return "unknown"


def _a_step_overran(rows: Sequence[RowFact], ends: int) -> bool:
    """A step was still in hand after its own deadline."""
    ordered = sorted(rows, key=lambda row: row[:2])
    until = [row[0] for row in ordered[1:]] + [ends]
    # Without rows there is nothing to end.
    return any(
        row[5] is not None and end > row[5] for row, end in zip(ordered, until, strict=False)
    )
