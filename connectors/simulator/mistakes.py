"""Lives of which something cannot be true: clocks that differ, dates typed wrong, steps mixed up.

How a dossier ended, and whether in time, stays as it was.
"""

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from connectors.simulator import plan as fates
from connectors.simulator.lives import SUPPLEMENT, Life, Supplement, finish_of
from connectors.simulator.openings import HOUR
from connectors.simulator.worktime import DAY_SECONDS

# Of a life and when it was received; None where it cannot happen.
Mistake = Callable[[Life, int], Life | None]
_LATE = frozenset({fates.LATE_IN_SYSTEM, fates.LATE_OTHER})


def with_a_mistake(life: Life, random: Random) -> Life:
    """Some mistake that can happen to it; the life itself when there is none."""
    if life.received is None:
        never_received = life.fate == fates.AWAITING
        return replace(life, finished=life.told) if never_received else life
    found = [mistake(life, life.received) for mistake in _MISTAKES]
    return random.choice([one for one in found if one is not None] or [life])


def _submitted_after_reception(life: Life, received: int) -> Life | None:
    return None if life.fate in fates.NOT_RECEIVED else replace(life, submitted=received + 60)


def _appointed_for_a_day_before(life: Life, received: int) -> Life | None:
    moved = any(one.due_after is not None for one in life.supplements)
    if life.due is None or moved or life.fate not in (fates.LATE_OTHER, fates.OVERDUE):
        return None
    return replace(life, due=received - DAY_SECONDS)


def _returned_before_reception(life: Life, received: int) -> Life | None:
    resolved = life.fate in (fates.IN_TIME, fates.LATE_IN_SYSTEM) and life.finished is not None
    return replace(life, returned=received - HOUR) if resolved else None


def _finished_before_reception(life: Life, received: int) -> Life | None:
    return replace(life, finished=received - HOUR) if life.fate == fates.IN_TIME else None


def _waits_after_finish(life: Life, _received: int) -> Life | None:
    return replace(life, status=SUPPLEMENT) if life.fate in fates.RESOLVED else None


def _asked_before_reception(life: Life, received: int) -> Life | None:
    asked = Supplement(received - HOUR, received + HOUR, None, None)
    return _with(life, asked) if life.fate in fates.RESOLVED - _LATE else None


def _brought_before_asked(life: Life, received: int) -> Life | None:
    brought = Supplement(received + HOUR, received + 60, None, None)
    return _with(life, brought) if life.fate not in fates.NOT_RECEIVED else None


def _asked_after_finish(life: Life, _received: int) -> Life | None:
    finish = finish_of(life)
    if finish is None or life.fate not in fates.RESOLVED:
        return None
    return _with(life, Supplement(finish + 60, finish + 120, None, None))


def _with(life: Life, supplement: Supplement) -> Life:
    return replace(life, supplements=(*life.supplements, supplement))


_MISTAKES: tuple[Mistake, ...] = (
    _submitted_after_reception,
    _appointed_for_a_day_before,
    _returned_before_reception,
    _finished_before_reception,
    _waits_after_finish,
    _asked_before_reception,
    _brought_before_asked,
    _asked_after_finish,
)
