"""The clock and the simple rules of the fold say the same wherever both speak."""

from typing import Final

from hypothesis import given

from streams.core import facts as fold
from streams.core.facts import Supplement
from streams.core.legal.clock import legal_clock
from streams.core.legal.ladder import watch
from streams.core.standing import derive
from tests.unit.legal.support import terms
from tests.unit.legal.test_clock_laws import Life, lives

STATES: Final = {
    "refused": "not_started",
    "awaiting_intake": "not_started",
    "withdrawn": "stopped",
    "stopped": "stopped",
    "resolved": "stopped",
    "processing": "running",
    "overdue": "running",
    "paused": "paused",
}
OVERDUE: Final = {"overdue", "escalated_1", "escalated_2", "escalated_3"}
NO_LIMIT: Final = terms(None)


@given(lives())
def test_phase_due_and_timeliness(life: Life) -> None:
    items = tuple(Supplement(*item) for item in life.facts.supplements)
    told = fold.Facts(**(life.facts._asdict() | {"supplements": items}))
    standing = derive(told, sorted(set(life.keys)), life.now)
    clock = legal_clock(life.facts, life.keys, NO_LIMIT, life.now)
    assert clock.state == STATES[standing.phase]
    assert clock.timeliness == standing.timeliness
    if clock.state != "not_started":
        assert standing.due in (None, clock.due)
    # A case is overdue on the ladder exactly when it is overdue in the figures.
    assert (watch(clock, NO_LIMIT).level in OVERDUE) == (standing.phase == "overdue")
