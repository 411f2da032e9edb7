"""Facts that cannot all be true, by name. The clock answers all the same, and says so."""

from collections.abc import Iterator
from typing import Literal

from streams.core.legal.facts import DONE, WAITING, CaseFacts, finish_of

Contradiction = Literal[
    "done_without_finish",
    "due_before_received",
    "finished_before_received",
    "finished_without_received",
    "in_future",
    "outside_calendar",
    "paused_without_time",
    "received_before_submitted",
    "received_without_acceptance",
    "refused_after_received",
    "returned_before_received",
    "supplement_after_finish",
    "supplement_before_received",
    "supplement_received_before_requested",
    "waiting_after_finish",
]


def contradictions_of(
    facts: CaseFacts, finish: int | None, due: int | None, now: int
) -> tuple[Contradiction, ...]:
    """Those of a case that was received; `finish` also when it was withdrawn or stopped."""
    lasting = _lasting(facts, finish, due) if is_contradicted(facts, finish, due) else ()
    if facts.received is None or not future_facts(facts, now):
        return tuple(lasting)
    return tuple(sorted((*lasting, "in_future")))


def is_contradicted(facts: CaseFacts, finish: int | None, due: int | None) -> bool:
    """Whether a case that was received has any that time does not mend."""
    received, status = facts.received, facts.status
    # Nearly every case is free of them, and pays for one pass of comparisons only.
    if (
        received is None
        or (facts.submitted is not None and facts.submitted > received)
        or (due is not None and due < received)
        or (finish is not None and finish < received)
        or (facts.returned is not None and facts.returned < received)
        or (status in DONE and finish is None)
        or (status in WAITING and finish is not None)
        or facts.supplements
    ):
        return any(True for _ in _lasting(facts, finish, due))
    return False


def unreceived(facts: CaseFacts) -> tuple[Contradiction, ...]:
    """Those of a case that does not count as received."""
    found: list[Contradiction] = []
    if facts.received is None and finish_of(facts) is not None:
        found.append("finished_without_received")
    if facts.received is not None and facts.refused is None:
        found.append("received_without_acceptance")
    if facts.received is not None and facts.refused is not None:
        found.append("refused_after_received")
    return tuple(found)


def _lasting(facts: CaseFacts, finish: int | None, due: int | None) -> Iterator[Contradiction]:
    """Each once, in the order of the alphabet."""
    received = facts.received
    if received is None:
        return
    if facts.status in DONE and finish is None:
        yield "done_without_finish"
    if due is not None and due < received:
        yield "due_before_received"
    if finish is not None and finish < received:
        yield "finished_before_received"
    if facts.submitted is not None and received < facts.submitted:
        yield "received_before_submitted"
    if facts.returned is not None and facts.returned < received:
        yield "returned_before_received"
    yield from _of_supplements(facts, received, finish)
    if facts.status in WAITING and finish is not None:
        yield "waiting_after_finish"


def _of_supplements(facts: CaseFacts, received: int, finish: int | None) -> Iterator[Contradiction]:
    items = facts.supplements
    if finish is not None and any(item[0] > finish for item in items):
        yield "supplement_after_finish"
    if any(item[0] < received for item in items):
        yield "supplement_before_received"
    if any(item[1] is not None and item[1] < item[0] for item in items):
        yield "supplement_received_before_requested"


def future_facts(facts: CaseFacts, now: int) -> list[int]:
    """The times of what has not happened yet, ascending; a deadline may lie in the future."""
    times: list[int | None] = [
        facts.submitted,
        facts.received,
        facts.finished,
        facts.returned,
        facts.refused,
    ]
    for requested, received, _, _ in facts.supplements:
        times += [requested, received]
    return sorted(time for time in times if time is not None and time > now)
