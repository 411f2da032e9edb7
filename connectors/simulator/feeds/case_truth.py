"""How cases must be counted, from the lives that were drawn, never from what was sent or folded."""

from collections import Counter
from collections.abc import Sequence

from connectors.simulator.appointments import lawful_due
from connectors.simulator.feeds.cases import Cases, case_systems
from connectors.simulator.feeds.happenings import Happening, lives_of
from connectors.simulator.feeds.lives import Kind, Seen
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.truth import UNKNOWN, Cell, Labels, Standing, cells, year_of
from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS, local_day
from seeds.law_files import Law, Limit, laws
from seeds.registry import subsystems
from seeds.subsystem import CaseKind

# What can be told of every kind of case. Rungs, causes and contradictions are those of dossiers.
FAMILIES = (
    "ioc_cases_registered",
    "ioc_cases_received",
    "ioc_cases_resolved",
    "ioc_cases_open",
    "ioc_cases_closed_otherwise",
    "ioc_cases_intake_overdue",
    "ioc_cases_by_field",
)
_STOPPED = 8


def case_series(
    subsystem: str, seed: int, pace: Pace, now: int, happened: Sequence[Happening] = ()
) -> dict[tuple[str, Labels], int]:
    """Every series of FAMILIES of a subsystem's cases, as (metric, labels), as of `now`."""
    kind = case_systems()[subsystem]
    besides = [life for source, life in lives_of(happened) if source == f"{subsystem}-cases"]
    counted: Counter[Cell] = Counter()
    for seen in Cases(subsystem, seed, pace, besides).seen(now):
        counted.update(
            cell for cell in cells(_standing(kind, seen, now), year_of(now)) if cell[0] in FAMILIES
        )
    common = (("topic", subsystems()[subsystem].topic), ("kind", kind.kind))
    return {
        (name, frozenset((*common, *labels))): number for (name, labels), number in counted.items()
    }


def _standing(kind: Kind, seen: Seen, now: int) -> Standing:
    facts, law = seen.facts, _law(kind.kind, seen.life.submitted)
    received, finished = facts.get("received"), facts.get("finished")
    stopped = kind.statuses[seen.status] == _STOPPED
    closed = facts.get("refused") or (received if stopped else None)
    last = _last_second(law, seen)
    channel = kind.channels.get(seen.life.channel or "", "counter")
    phase = "" if finished or closed else _phase(received, last, now)
    return Standing(
        agency=seen.life.agency,
        channel=channel,
        field=UNKNOWN,
        registered=year_of(seen.life.submitted),
        received=year_of(received) if received else 0,
        resolved=year_of(finished) if finished else 0,
        timeliness=_timeliness(finished, last, seen, law),
        cause="late" if finished and last and finished > last else "",
        closed=year_of(closed) if closed else 0,
        reason="stopped" if stopped else "refused" if closed else "",
        phase=phase,
        level="none",
        intake_overdue=phase == "awaiting_intake" and _intake_is_over(law, seen, now),
    )


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
    """The one for every channel."""
    limits = law.defaults.limit if law else None
    return limits.get("any") if limits else None


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
