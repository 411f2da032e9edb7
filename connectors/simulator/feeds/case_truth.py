"""How cases must be counted, from the lives that were drawn, never from what was sent or folded."""

from collections import Counter
from collections.abc import Sequence

from connectors.simulator.appointments import (
    WORKING_DAY,
    Outlook,
    escalations,
    lawful_due,
    warnings,
    worked,
)
from connectors.simulator.feeds.cases import Cases, case_systems
from connectors.simulator.feeds.happenings import Happening, lives_of
from connectors.simulator.feeds.lives import Kind, Seen
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.truth import UNKNOWN, Cell, Labels, Standing, cells, year_of
from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS, local_day
from seeds.law_files import Ladder, Law, Limit, laws
from seeds.registry import subsystems
from seeds.subsystem import CaseKind

# The rungs of a kind that no law speaks of: a setting of the centre, the same for all kinds.
_LADDER = Ladder(2, 20, 1, 50, 1, (1, 3, 5))
_STOPPED = 8


class CaseTruth:
    """Of one subsystem, whose system has told all that happened up to `told`."""

    def __init__(
        self,
        subsystem: str,
        seed: int,
        pace: Pace,
        told: int,
        happened: Sequence[Happening] = (),
    ) -> None:
        self._kind = case_systems()[subsystem]
        self._topic = subsystems()[subsystem].topic
        besides = [life for source, life in lives_of(happened) if source == f"{subsystem}-cases"]
        seen = list(Cases(subsystem, seed, pace, besides).seen(told))
        standings = [(one, _standing(self._kind, one, told)) for one in seen]
        self._closed = Counter(standing for _, standing in standings if not standing.phase)
        self._open = [one for one, standing in standings if standing.phase]

    def series(self, now: int) -> dict[tuple[str, Labels], int]:
        """Every series of its cases, as (metric, labels), as of `now`."""
        standings = Counter(self._closed)
        standings.update(_standing(self._kind, one, now) for one in self._open)
        counted: Counter[Cell] = Counter()
        for standing, number in standings.items():
            for cell in cells(standing, year_of(now)):
                counted[cell] += number
        common = (("topic", self._topic), ("kind", self._kind.kind))
        return {
            (name, frozenset((*common, *labels))): number
            for (name, labels), number in counted.items()
        }


def case_series(
    subsystem: str, seed: int, pace: Pace, now: int, happened: Sequence[Happening] = ()
) -> dict[tuple[str, Labels], int]:
    """Every series of a subsystem's cases, all of which was told, as of `now`."""
    return CaseTruth(subsystem, seed, pace, now, happened).series(now)


def _standing(kind: Kind, seen: Seen, now: int) -> Standing:
    facts, law = seen.facts, _law(kind.kind, seen.life.submitted)
    received, finished = facts.get("received"), facts.get("finished")
    stopped = kind.statuses[seen.status] == _STOPPED
    closed = facts.get("refused") or (received if stopped else None)
    last = _last_second(law, seen)
    channel = kind.channels.get(seen.life.channel or "", "counter")
    phase = "" if finished or closed else _phase(received, last, now)
    ahead = _outlook(law, seen, last) if phase in ("processing", "overdue") else None
    return Standing(
        agency=seen.life.agency,
        channel=channel,
        field=UNKNOWN,
        registered=year_of(seen.life.submitted),
        received=year_of(received) if received else 0,
        resolved=year_of(finished) if finished else 0,
        timeliness=_timeliness(finished, last, seen, law),
        cause=_cause(law, seen) if finished and last and finished > last else "",
        closed=year_of(closed) if closed else 0,
        reason="stopped" if stopped else "refused" if closed else "",
        phase=phase,
        level=ahead.level(now) if ahead else "none",
        mismatch=bool(ahead and ahead.mismatch),
        intake_overdue=phase == "awaiting_intake" and _intake_is_over(law, seen, now),
    )


def _cause(law: Law | None, seen: Seen) -> str:
    """Nobody was asked for papers, and no step has a deadline of its own."""
    if law and law.defaults.intake:
        accept_by = lawful_due(seen.life.submitted, law.defaults.intake, law.defaults, [])
        if seen.facts["received"] > accept_by:
            return "intake_overdue"
    return "unknown"


def _outlook(law: Law | None, seen: Seen, last: int | None) -> Outlook | None:
    """Of a case in hand; None when it is due at no time. `last` as `_last_second` gives it."""
    due, limit = _due(law, seen), _limit(law)
    if due is None or last is None:
        return None
    received, ladder = seen.facts["received"], law.defaults.ladder if law else _LADDER
    assert ladder
    lawful = lawful_due(received, limit, law.defaults, []) if law and limit else None
    length = limit.value * WORKING_DAY if limit else worked(received, due)
    mismatch = lawful is not None and _day(lawful) != _day(due)
    return Outlook(last, warnings(due, length, ladder), escalations(due, last, ladder), mismatch)


def _phase(received: int | None, last: int | None, now: int) -> str:
    if received is None:
        return "awaiting_intake"
    return "overdue" if last is not None and now > last else "processing"


def _timeliness(finished: int | None, last: int | None, seen: Seen, law: Law | None) -> str:
    """Early on an earlier day than that of the deadline."""
    due = _due(law, seen)
    if finished is None:
        return ""
    if last is None or due is None:
        return "on_time"
    if finished > last:
        return "late"
    return "early" if _day(finished) < _day(due) else "on_time"


def _due(law: Law | None, seen: Seen) -> int | None:
    """The appointment; without one, the law's limit."""
    limit = _limit(law)
    if seen.due is not None or limit is None or law is None or "received" not in seen.facts:
        return seen.due
    return lawful_due(seen.facts["received"], limit, law.defaults, [])


def _limit(law: Law | None) -> Limit | None:
    """The one for every channel. ValueError for one that is not in working days."""
    limit = law.defaults.limit.get("any") if law else None
    if limit and limit.unit != "working_day":
        raise ValueError(f"the truth of cases needs a limit in working days, not {limit}")
    return limit


def _last_second(law: Law | None, seen: Seen) -> int | None:
    """In which it is not late yet: that of the deadline, or the last of its day."""
    due = _due(law, seen)
    if due is None or law is None or law.defaults.late_by != "day":
        return due
    return (_day(due) + 1) * DAY_SECONDS - VIETNAM_SECONDS - 1


def _intake_is_over(law: Law | None, seen: Seen, now: int) -> bool:
    if law is None or law.defaults.intake is None:
        return False
    return now > lawful_due(seen.life.submitted, law.defaults.intake, law.defaults, [])


def _law(kind: CaseKind, moment: int) -> Law | None:
    day = local_day(moment)
    return next((law for law in laws() if law.case_kind == kind and law.holds_on(day)), None)


def _day(moment: int) -> int:
    return (moment + VIETNAM_SECONDS) // DAY_SECONDS
