"""What the figures must be, counted from the scripted lives, never from what is sent.

It knows nothing of the fold, nor the fold of it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from connectors.simulator.appointments import Outlook, due_of, intake_due, outlook
from connectors.simulator.evidence import cause_of_lateness, contradicts_itself
from connectors.simulator.lives import (
    DONE,
    ONLINE,
    PAID_ON_GATEWAY,
    PAID_ON_PORTAL,
    POST,
    RETURNED,
    Life,
    appointment,
    finish_of,
)
from connectors.simulator.outages import Outage
from connectors.simulator.plan import (
    AWAITING,
    OPEN,
    REFUSED,
    STOPPED,
    WITHDRAWN,
)
from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS, vietnam
from seeds.procedures import fields, procedures
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION

Label = tuple[str, str]
Labels = frozenset[Label]
# A metric and its labels, without topic and kind.
Cell = tuple[str, tuple[Label, ...]]
UNKNOWN = "unknown"
KIND = "dossier"
PHASES = ("awaiting_intake", "processing", "overdue", "paused")
TOTALS = (
    "registered",
    "received",
    "resolved",
    "early",
    "on_time",
    "late",
    "full_online",
    "paid_online",
)
_REASONS = {REFUSED: "refused", WITHDRAWN: "withdrawn", STOPPED: "stopped"}

_FIRST_YEAR = 2000
_NEW_YEARS = [vietnam(year, 1, 1) for year in range(_FIRST_YEAR, 2100)]
# Of a large scenario one dossier in so many is kept whole, so that single cases can be compared.
_SAMPLED = 127
_KEPT_WHOLE = 2_000


class Standing(NamedTuple):
    """How a dossier counts. Years are those of the Vietnamese calendar, 0 = not (yet).

    `phase` and `level` of an open one, `reason` of one closed otherwise, `timeliness` of a resolved
    one.
    """

    agency: str
    channel: str
    field: str
    registered: int
    received: int
    resolved: int = 0
    timeliness: str = ""
    cause: str = ""
    full_online: bool = False
    paid_online: bool = False
    closed: int = 0
    reason: str = ""
    phase: str = ""
    reported_done: bool = False
    level: str = ""
    mismatch: bool = False
    intake_overdue: bool = False
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be said of one dossier at an instant; `phase` also resolved, refused, withdrawn,
    stopped. `due` decides, Unix seconds; None where nothing does: not accepted, not to be resolved,
    or waiting without an appointment, when due by law moves on.
    """

    case: str
    phase: str
    timeliness: str | None
    cause: str | None
    due: int | None
    level: str
    due_differs_from_law: bool
    contradicted: bool
    intake_overdue: bool


class Truth:
    """Filled while the feed is generated; right for every `now` from the end of the feed on."""

    def __init__(self, outages: Sequence[Outage]) -> None:
        self.dossiers = 0
        self._outages = outages
        self._closed: Counter[Standing] = Counter()
        self._open: list[Life] = []
        self._outlooks: dict[str, Outlook | None] = {}
        self._sample: dict[str, Life] = {}
        self._agencies = frozenset(agencies())
        self._fields = {code: p.field for code, p in procedures().items() if p.field in fields()}
        self._full = frozenset(c for c, p in procedures().items() if p.service_level == "full")

    def add(self, life: Life) -> None:
        self.dossiers += 1
        if _is_open(life):
            self._open.append(life)
        else:
            self._closed[self._standing(life, 0)] += 1
        if self.dossiers <= _KEPT_WHOLE or crc32(life.case.encode()) % _SAMPLED == 0:
            self._sample[life.case] = life

    def series(self, now: int) -> dict[tuple[str, Labels], int]:
        """Every expected series of the dossiers, as (metric, labels); only cells that count."""
        counted: Counter[Cell] = Counter()
        year = year_of(now)
        for standing, number in self._standings(now).items():
            for cell in cells(standing, year):
                counted[cell] += number
        topic = (("topic", PUBLIC_ADMINISTRATION), ("kind", KIND))
        return {
            (name, frozenset((*topic, *labels))): number
            for (name, labels), number in counted.items()
        }

    def totals(self, now: int) -> dict[str, dict[str, int]]:
        """Current and previous year: registered, received, resolved, early, on_time, late,
        full_online, paid_online; years without dossiers are left out.
        """
        years = {str(year): Counter[str]() for year in _shown(year_of(now))}
        for standing, number in self._standings(now).items():
            for year, name in _totals(standing):
                if str(year) in years:
                    years[str(year)][name] += number
        return {
            year: {name: count[name] for name in TOTALS} for year, count in years.items() if count
        }

    def open(self, now: int) -> dict[str, int]:
        """Open dossiers by phase."""
        found = Counter(self._standing(life, now).phase for life in self._open)
        return {phase: found[phase] for phase in PHASES}

    def sample(self) -> list[str]:
        """The dossiers of which `expectation` can speak: all of a small scenario."""
        return list(self._sample)

    def expectation(self, case: str, now: int) -> Expectation:
        """KeyError for a dossier that is not in the sample."""
        life = self._sample[case]
        standing = self._standing(life, now)
        resolved = "resolved" if standing.resolved else ""
        decided = resolved or standing.phase in ("processing", "overdue")
        due = due_of(life) if decided else appointment(life) if standing.phase == "paused" else None
        return Expectation(
            case,
            standing.phase or standing.reason or resolved,
            standing.timeliness or None,
            standing.cause or None,
            due,
            standing.level,
            due_differs_from_law=standing.mismatch,
            contradicted=standing.contradicted,
            intake_overdue=standing.intake_overdue,
        )

    def _standings(self, now: int) -> Counter[Standing]:
        standings = Counter(self._closed)
        standings.update(self._standing(life, now) for life in self._open)
        return standings

    def _standing(self, life: Life, now: int) -> Standing:
        intake = life.fate in (AWAITING, REFUSED)
        received = 0 if intake else _year(life.received)
        open_case = _is_open(life)
        finish = None if open_case or life.fate in _REASONS else finish_of(life)
        timeliness, cause = self._timeliness(life, finish)
        phase = _phase(life, now) if open_case else ""
        ahead = self._outlook(life) if phase in ("processing", "overdue") else None
        agency, online = life.agency, life.channel == ONLINE
        return Standing(
            agency=agency if agency in self._agencies else UNKNOWN,
            channel="online" if online else "post" if life.channel == POST else "counter",
            field=self._fields.get(life.procedure) or UNKNOWN,
            registered=_year(life.submitted) or _year(life.received) or _year(life.refused),
            received=received,
            resolved=_year(finish),
            timeliness=timeliness,
            cause=cause,
            full_online=finish is not None and online and life.procedure in self._full,
            paid_online=bool(received) and life.payment in (PAID_ON_PORTAL, PAID_ON_GATEWAY),
            closed=_closing_year(life),
            reason=_REASONS.get(life.fate, ""),
            phase=phase,
            reported_done=open_case and not intake and _reported_done(life),
            level=ahead.level(now) if ahead else "none",
            mismatch=bool(ahead and ahead.mismatch),
            intake_overdue=phase == "awaiting_intake" and _is_over(intake_due(life), now),
            contradicted=contradicts_itself(life),
        )

    def _timeliness(self, life: Life, finish: int | None) -> tuple[str, str]:
        """And the cause, when late. Late by the second, early by the day."""
        if finish is None:
            return "", ""
        due = due_of(life)
        if due is None:
            return "on_time", ""
        if finish > due:
            return "late", cause_of_lateness(life, due, finish, self._outages)
        return "early" if _day(finish) < _day(due) else "on_time", ""

    def _outlook(self, life: Life) -> Outlook | None:
        if life.case not in self._outlooks:
            self._outlooks[life.case] = outlook(life)
        return self._outlooks[life.case]


def _is_open(life: Life) -> bool:
    return life.fate in OPEN


def _phase(life: Life, now: int) -> str:
    if life.fate == AWAITING:
        return "awaiting_intake"
    if life.waits:
        return "paused"
    return "overdue" if _is_over(due_of(life), now) else "processing"


def _is_over(due: int | None, now: int) -> bool:
    return due is not None and now > due


def _closing_year(life: Life) -> int:
    if life.fate == REFUSED:
        return _year(life.refused) or _year(life.submitted) or _year(life.received)
    if life.fate in (WITHDRAWN, STOPPED):
        return _year(life.closed) or _year(life.received)
    return 0


def _reported_done(life: Life) -> bool:
    if life.status in (DONE, RETURNED):
        return True
    last = max(life.rows, key=lambda row: (row.at, row.status), default=None)
    return last is not None and last.status in (DONE, RETURNED)


def cells(standing: Standing, year: int) -> Iterator[Cell]:
    """The series that a dossier counts in, in the year of `now`."""
    agency, channel = ("agency", standing.agency), ("channel", standing.channel)
    shown = _shown(year)
    if standing.registered in shown:
        yield "ioc_cases_registered", (agency, channel, _period(standing.registered))
    if standing.received in shown:
        period = _period(standing.received)
        yield "ioc_cases_received", (agency, channel, period)
        if standing.paid_online:
            yield "ioc_cases_paid_online", (agency, period)
    if standing.resolved in shown:
        period = _period(standing.resolved)
        timeliness = ("timeliness", standing.timeliness)
        yield "ioc_cases_resolved", (agency, channel, period, timeliness)
        if standing.cause:
            yield "ioc_cases_late", (agency, period, ("cause", standing.cause))
        if standing.full_online:
            yield "ioc_cases_full_online", (agency, period)
    if standing.closed in shown:
        period, reason = _period(standing.closed), ("reason", standing.reason)
        yield "ioc_cases_closed_otherwise", (agency, period, reason)
    if standing.phase:
        yield "ioc_cases_open", (agency, channel, ("phase", standing.phase))
        yield "ioc_cases_watch", (agency, ("level", standing.level))
    if standing.mismatch:
        yield "ioc_cases_due_mismatch", (agency,)
    if standing.intake_overdue:
        yield "ioc_cases_intake_overdue", (agency,)
    if standing.contradicted:
        yield "ioc_cases_contradicted", (agency,)
    if standing.reported_done:
        yield "ioc_cases_reported_done", (agency,)
    for state in _states(standing, year):
        yield "ioc_cases_by_field", (("field", standing.field), ("state", state))


def _states(standing: Standing, year: int) -> Iterator[str]:
    if standing.phase:
        yield "open"
    if standing.phase == "overdue":
        yield "overdue"
    if standing.resolved == year:
        yield "resolved"
        if standing.cause:
            yield "late"


def _totals(standing: Standing) -> Iterator[tuple[int, str]]:
    yield standing.registered, "registered"
    yield standing.received, "received"
    if standing.paid_online:
        yield standing.received, "paid_online"
    if standing.resolved:
        yield standing.resolved, "resolved"
        yield standing.resolved, standing.timeliness
        if standing.full_online:
            yield standing.resolved, "full_online"


def _shown(year: int) -> tuple[int, int]:
    return year - 1, year


def _period(year: int) -> Label:
    return "period", str(year)


def year_of(instant: int) -> int:
    """The Vietnamese calendar year."""
    return _FIRST_YEAR + bisect_right(_NEW_YEARS, instant) - 1


def _year(instant: int | None) -> int:
    return 0 if instant is None else year_of(instant)


def _day(instant: int) -> int:
    return (instant + VIETNAM_SECONDS) // DAY_SECONDS
