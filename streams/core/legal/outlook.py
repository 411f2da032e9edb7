"""What the figures ask of a case whose clock runs: its rung, and whether its appointment is lawful.

The same answers as `legal_clock` and `watch` give, without what only a receipt tells. The caller
says whether the case is overdue, so that a rung never contradicts the phase in which it is counted.
"""

from collections.abc import Sequence
from typing import NamedTuple

from streams.core.legal.clock import deadline
from streams.core.legal.deadlines import mismatch_of
from streams.core.legal.facts import CaseFacts, Key
from streams.core.legal.ladder import Level, Rung, earlier, escalations, reached, warnings
from streams.core.legal.pauses import stops_of
from streams.core.legal.terms import Terms


class Outlook(NamedTuple):
    """`mismatch`: the appointment is not the one that the law gives. `changes_at`: the next second
    at which the answer may be another one although nothing more is said, None for never.
    `since`: the threshold of the level; None for level none.
    """

    level: Level
    mismatch: bool
    changes_at: int | None
    since: int | None = None


def outlook(
    facts: CaseFacts,
    keys: Sequence[Key],
    terms: Terms,
    now: int,
    *,
    received: int,
    due: int,
    overdue: bool,
) -> Outlook:
    """Of a received case that is neither closed nor paused, with the appointment `due`."""
    stops, _ = stops_of(facts.supplements, keys, facts.status, terms.pauses)
    over = max(
        [stop.begins if stop.ends is None else stop.ends for stop in stops], default=received
    )
    begins, by_law = deadline(facts, received, terms, stops, over)
    side = escalations if overdue else warnings
    level, since, changes_at = reached(_with_phase(side(terms, begins, due), terms, due), now)
    # As long as a stop lies in the future, the deadline by law moves with every second.
    if stops and over > now:
        return Outlook(level, False, earlier(changes_at, over), since)
    return Outlook(level, mismatch_of(terms, due, by_law) is not None, changes_at, since)


def _with_phase(side: list[Rung], terms: Terms, due: int) -> list[Rung]:
    """Figures count a case overdue from the second after the appointment, whatever the rule."""
    if not terms.late_by_day:
        return side
    return [Rung("overdue", due + 1) if rung.level == "overdue" else rung for rung in side]
