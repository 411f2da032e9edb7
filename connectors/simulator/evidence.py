"""Why a dossier was late, and whether what is said of it can all be true: by the evidence alone.

Written from the text of the rules, for the truth to compare with.
"""

from collections.abc import Iterable, Iterator

from connectors.simulator.appointments import intake_due, law_of
from connectors.simulator.lives import (
    DONE,
    PAYMENT,
    REFUSED_AT_INTAKE,
    RETURNED,
    STOPPED,
    SUBMITTED,
    SUPPLEMENT,
    WITHDRAWN,
    Life,
    appointment,
    finish_of,
)
from connectors.simulator.outages import Outage


def cause_of_lateness(life: Life, due: int, finish: int, outages: Iterable[Outage]) -> str:
    """Of a dossier whose `finish` is later than `due`.

    Late only in the system: the citizen had the result in time; by a fault of the system when it
    was down at that appointment, else by its clerk. Otherwise the first that is true: papers asked
    for more often than the law allows; accepted after the time for that, since nobody could be
    reached; a step in hand beyond its own deadline; nobody knows.
    """
    if life.returned is not None and life.returned <= due:
        down = any(begins <= due < ends for begins, ends in outages)
        return "in_system_technical" if down else "in_system_clerk"
    assert life.received is not None
    allowed = law_of(life.received).supplements or 0
    if len({one.requested for one in life.supplements}) > allowed:
        return "repeated_supplement"
    accept_by = intake_due(life)
    if accept_by is not None and life.received > accept_by:
        return "intake_overdue"
    return "long_verification" if _a_step_overran(life, finish) else "unknown"


def _a_step_overran(life: Life, finish: int) -> bool:
    rows = sorted((row.at, row.status, row.due) for row in life.rows)
    ends = [*(at for at, _, _ in rows[1:]), finish]
    return any(due is not None and end > due for (_, _, due), end in zip(rows, ends, strict=False))


def contradicts_itself(life: Life) -> bool:
    """Whether some of it must be wrong, whatever time brings."""
    accepted = life.status not in (SUBMITTED, REFUSED_AT_INTAKE) and life.refused is None
    if life.received is None:
        return finish_of(life) is not None
    return any(_disorders(life, life.received)) if accepted else True


def _disorders(life: Life, received: int) -> Iterator[bool]:
    """Of a dossier that was accepted."""
    closed = life.status in (WITHDRAWN, STOPPED)
    end = (life.closed or received) if closed else finish_of(life)
    yield life.status in (DONE, RETURNED) and end is None
    yield life.status in (SUPPLEMENT, PAYMENT) and end is not None
    yield _before(received, life.submitted)
    yield any(_before(time, received) for time in (appointment(life), end, life.returned))
    for one in life.supplements:
        yield one.requested < received
        yield _before(end, one.requested) or _before(one.received, one.requested)


def _before(one: int | None, other: int | None) -> bool:
    """Whether both are known, and in this order."""
    return one is not None and other is not None and one < other
