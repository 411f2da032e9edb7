"""What the clock reads of a case. Any object with these attributes will do; times in Unix seconds.

Statuses are those of the national synchronisation protocol (TrangThaiHoSo).
"""

from collections.abc import Sequence
from typing import Final, Protocol

# requested, received, due before, due after: one stop of the clock for missing papers.
SupplementFact = tuple[int, int | None, int | None, int | None]
# time, status: all that the clock itself asks of a progress row.
Key = tuple[int, int]
# time, status, agency, department, began, due (of the step).
RowFact = tuple[int, int, str | None, str | None, int | None, int | None]


class CaseFacts(Protocol):
    """None where there is none; `due` is the first appointment."""

    @property
    def agency(self) -> str | None: ...
    @property
    def status(self) -> int | None: ...
    @property
    def submitted(self) -> int | None: ...
    @property
    def received(self) -> int | None: ...
    @property
    def due(self) -> int | None: ...
    @property
    def finished(self) -> int | None: ...
    @property
    def returned(self) -> int | None: ...
    @property
    def refused(self) -> int | None: ...
    @property
    def supplements(self) -> Sequence[SupplementFact]: ...


class Classified(Protocol):
    """What decides on the rule of a case."""

    @property
    def agency(self) -> str | None: ...
    @property
    def procedure(self) -> str | None: ...
    @property
    def field(self) -> str | None: ...
    @property
    def channel(self) -> str | None: ...


SUBMITTED: Final = 1
REFUSED: Final = 3
SUPPLEMENT_REQUESTED: Final = 5
PAYMENT_REQUESTED: Final = 6
WITHDRAWN: Final = 7
STOPPED: Final = 8
WAITING: Final = frozenset({SUPPLEMENT_REQUESTED, PAYMENT_REQUESTED})
DONE: Final = frozenset({9, 10})
UNACCEPTED: Final = frozenset({SUBMITTED, REFUSED})
CLOSED: Final = frozenset({WITHDRAWN, STOPPED})
# Statuses of a row that say whether the clock runs.
CLOCK: Final = frozenset({2, 4, 5, 6, 9, 10})


def finish_of(facts: CaseFacts) -> int | None:
    """Processing finished; without that, the hand-over of the result."""
    return facts.finished if facts.finished is not None else facts.returned


def is_begun(facts: CaseFacts) -> bool:
    """Received, and not refused: statuses 1 and 3 never count as received."""
    unaccepted = facts.status in UNACCEPTED
    return facts.received is not None and facts.refused is None and not unaccepted


def closed_at(facts: CaseFacts, keys: Sequence[Key]) -> int | None:
    """When a case that was withdrawn or stopped was so; None for any other."""
    if facts.status not in CLOSED:
        return None
    rows = [time for time, status in keys if status == facts.status]
    if rows:
        return max(rows)
    finish = finish_of(facts)
    return finish if finish is not None else facts.received


def appointment(facts: CaseFacts) -> int | None:
    """The deadline that the source sent last: of the newest supplement that carries one."""
    supplements = facts.supplements
    if supplements:
        moved = [(item[0], item[3]) for item in supplements if item[3] is not None]
        if moved:
            return max(moved)[1]
    return facts.due
