"""When the clock stood still, and why. Reasons are data: a rule says which of them count."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from seeds.law_files import PauseReason
from streams.core.legal.facts import (
    CLOCK,
    DONE,
    PAYMENT_REQUESTED,
    SUPPLEMENT_REQUESTED,
    WAITING,
    Key,
    SupplementFact,
)

REASONS: Final[dict[int, PauseReason]] = {
    SUPPLEMENT_REQUESTED: "supplement",
    PAYMENT_REQUESTED: "financial_obligation",
}


class Pause(NamedTuple):
    """[begins, ends): an open one has not ended and is told up to where the clock stands."""

    begins: int
    ends: int
    reason: PauseReason
    is_open: bool


class Stop(NamedTuple):
    """As the facts have it: `ends` None as long as it lasts."""

    begins: int
    ends: int | None
    reason: PauseReason


def stops_of(
    supplements: Sequence[SupplementFact],
    keys: Sequence[Key],
    status: int | None,
    reasons: frozenset[PauseReason],
) -> tuple[list[Stop], bool]:
    """Every stop for a reason that counts, in no order, and whether the clock stands still now.

    A supplement lasts from request to reception. A row that asks for papers or payment lasts until
    the next row that says how the clock runs, or a supplement that comes in later.
    """
    stops: list[Stop] = []
    if supplements and "supplement" in reasons:
        stops = [
            Stop(requested, received, "supplement")
            for requested, received, _, _ in supplements
            if received is None or received >= requested
        ]
    for key in keys:
        if key[1] in WAITING:
            stops += [
                stop for stop in _of_rows(supplements, keys, status) if stop.reason in reasons
            ]
            break
    if status in WAITING and REASONS[status] in reasons:
        return stops, True
    return stops, any(stop.ends is None for stop in stops)


def disjoint(stops: list[Stop], begins: int, ends: int) -> tuple[Pause, ...]:
    """The stops within [begins, ends], cut so that no second is counted twice.

    Where two overlap, the one that began earlier has the time. One that begins at `ends` and
    lasts is told too, as long as it is the only one that lasts.
    """
    pauses: list[Pause] = []
    reached, lasts = begins, False
    # The earlier end first: of two that begin together, the longer has what is left.
    for begin, end, reason, is_open in sorted(
        (begin, ends, reason, True) if end is None else (begin, end, reason, False)
        for begin, end, reason in stops
    ):
        first, last = max(begin, reached), min(end, ends)
        if first < last or (is_open and first == last and not lasts):
            pauses.append(Pause(first, last, reason, is_open))
            reached = last
            lasts = lasts or is_open
    return tuple(pauses)


def _of_rows(
    supplements: Sequence[SupplementFact], keys: Sequence[Key], status: int | None
) -> list[Stop]:
    arrivals = sorted(item[1] for item in supplements if item[1] is not None)
    stops: list[Stop] = []
    waiting: Key | None = None
    for time, row_status in sorted(set(keys)):
        if row_status in CLOCK:
            if waiting:
                stops.append(_ended(waiting, time, arrivals))
            waiting = (time, row_status) if row_status in WAITING else None
    if waiting:
        last = _ended(waiting, None, arrivals)
        # Done without having gone on: when it did is not known, and nothing is taken off.
        if last.ends is not None or status not in DONE:
            stops.append(last)
    return stops


def _ended(waiting: Key, resumed: int | None, arrivals: list[int]) -> Stop:
    """The earliest sign that it goes on ends a stop."""
    begins, status = waiting
    signs = [arrival for arrival in arrivals if arrival >= begins]
    signs += [] if resumed is None else [resumed]
    return Stop(begins, min(signs, default=None), REASONS[status])
