"""The counted aggregates: every case stands in one cell, every series is a sum of cells.

A cell is what a case has in common with others in all figures: so the ledger holds a few thousand
numbers, a change of a case is one subtraction and one addition, and the series of a scrape are
projected from the cells. Lines of business (fields) are counted in cells of their own, because
their product with the agencies would be large.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple

from streams.core.facts import Facts
from streams.core.legal.ladder import OVERDUE_LEVELS
from streams.core.standing import NO_YEAR, Standing, registered_year
from streams.core.times import local_year

UNKNOWN: Final = "unknown"
NOT_RECEIVED: Final = frozenset({"refused", "awaiting_intake"})
OPEN: Final = frozenset({"awaiting_intake", "processing", "overdue", "paused"})
CLOSED_OTHERWISE: Final = frozenset({"refused", "withdrawn", "stopped"})
PAID_ONLINE: Final = frozenset({"portal", "gateway"})

Labels = tuple[tuple[str, str], ...]


class Contribution(NamedTuple):
    """A series to which each case of a cell adds one.

    `year` is the period of the series; None: it has none and holds now. `labels` are without the
    period.
    """

    metric: str
    labels: Labels
    year: int | None = None


class CaseCell(NamedTuple):
    kind: str
    agency: str
    channel: str
    phase: str
    registered: int
    received: int
    closed: int
    timeliness: str | None
    cause: str | None
    full_online: bool
    paid_online: bool
    reported_done: bool
    level: str
    mismatch: bool
    contradicted: bool
    intake_overdue: bool

    def contributions(self) -> Iterator[Contribution]:
        agency = (("kind", self.kind), ("agency", self.agency))
        channel = (*agency, ("channel", self.channel))
        yield Contribution("ioc_cases_registered", channel, self.registered)
        if self.contradicted:
            yield Contribution("ioc_cases_contradicted", agency)
        if self.phase not in NOT_RECEIVED:
            yield Contribution("ioc_cases_received", channel, self.received)
            if self.paid_online:
                yield Contribution("ioc_cases_paid_online", agency, self.received)
        if self.phase in OPEN:
            yield Contribution("ioc_cases_open", (*channel, ("phase", self.phase)))
            yield Contribution("ioc_cases_watch", (*agency, ("level", self.level)))
            if self.intake_overdue:
                yield Contribution("ioc_cases_intake_overdue", agency)
            if self.mismatch:
                yield Contribution("ioc_cases_due_mismatch", agency)
            if self.reported_done:
                yield Contribution("ioc_cases_reported_done", agency)
        elif self.phase in CLOSED_OTHERWISE:
            reason = (*agency, ("reason", self.phase))
            yield Contribution("ioc_cases_closed_otherwise", reason, self.closed)
        else:
            yield from self._resolved(agency, channel)

    def _resolved(self, agency: Labels, channel: Labels) -> Iterator[Contribution]:
        timeliness = (*channel, ("timeliness", str(self.timeliness)))
        yield Contribution("ioc_cases_resolved", timeliness, self.closed)
        if self.cause:
            yield Contribution("ioc_cases_late", (*agency, ("cause", self.cause)), self.closed)
        if self.full_online:
            yield Contribution("ioc_cases_full_online", agency, self.closed)


class FieldCell(NamedTuple):
    """`closed` is the year of a resolved case, else 0."""

    kind: str
    field: str
    phase: str
    closed: int
    late: bool

    def contributions(self) -> Iterator[Contribution]:
        if self.phase in OPEN:
            yield self._in("open")
            if self.phase == "overdue":
                yield self._in("overdue")
        elif self.phase == "resolved":
            yield self._in("resolved", self.closed)
            if self.late:
                yield self._in("late", self.closed)

    def _in(self, state: str, year: int | None = None) -> Contribution:
        labels = (("kind", self.kind), ("field", self.field), ("state", state))
        return Contribution("ioc_cases_by_field", labels, year)


class SourceCell(NamedTuple):
    """`source` is the best-ranked one of the case."""

    source: str
    contradicted: bool

    def contributions(self) -> Iterator[Contribution]:
        source = (("source", self.source),)
        yield Contribution("ioc_source_cases", source)
        if self.contradicted:
            yield Contribution("ioc_source_cases_contradicted", source)


Cell = CaseCell | FieldCell | SourceCell
# The numbers of the cells in which a case is counted.
Place = tuple[int, int, int]


class Cells:
    """Every cell that a case ever stood in, by number; shared by all partitions of a process.

    Agencies and fields that are not known are counted under `UNKNOWN`, which bounds the labels.
    """

    def __init__(self, agencies: Iterable[str], fields: Iterable[str]) -> None:
        self._agencies = frozenset(agencies)
        self._fields = frozenset(fields)
        self._numbers: dict[tuple[object, ...], int] = {}
        self._cells: list[Cell] = []
        self._places: dict[Place, Place] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, number: int) -> Cell:
        return self._cells[number]

    def locate(self, kind: str, facts: Facts, standing: Standing, source: str) -> Place:
        """Where such a case is counted; one object for all cases that are counted there."""
        phase, agency, field = standing.phase, facts.agency, facts.field
        channel = facts.channel or "counter"
        received = facts.received
        counted = received is not None and phase not in NOT_RECEIVED
        resolved = phase == "resolved"
        cell = (
            kind,
            agency if agency in self._agencies else UNKNOWN,
            channel,
            phase,
            registered_year(facts),
            local_year(received) if received is not None and counted else NO_YEAR,
            standing.closed,
            standing.timeliness,
            standing.cause,
            resolved and channel == "online" and facts.service_level == "full",
            counted and facts.payment in PAID_ONLINE,
            standing.reported_done,
            standing.level,
            standing.mismatch,
            standing.contradicted,
            standing.intake_overdue,
        )
        field_cell = (
            kind,
            field if field in self._fields else UNKNOWN,
            phase,
            standing.closed if resolved else NO_YEAR,
            standing.timeliness == "late",
        )
        source_cell = (source, standing.contradicted)
        numbers = self._numbers
        number, field_number = numbers.get(cell), numbers.get(field_cell)
        source_number = numbers.get(source_cell)
        place = (
            self._add(CaseCell(*cell)) if number is None else number,
            self._add(FieldCell(*field_cell)) if field_number is None else field_number,
            self._add(SourceCell(*source_cell)) if source_number is None else source_number,
        )
        return self._places.setdefault(place, place)

    def _add(self, cell: Cell) -> int:
        number = self._numbers[cell] = len(self._cells)
        self._cells.append(cell)
        return number


Counts = Counter[int]


def move(counts: Counts, old: Place | None, new: Place) -> None:
    if old is not None:
        for number in old:
            counts[number] -= 1
    for number in new:
        counts[number] += 1


@dataclass(slots=True)
class YearTotals:
    """Cases of all agencies in one calendar year."""

    registered: int = 0
    received: int = 0
    resolved: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    full_online: int = 0
    paid_online: int = 0
    refused: int = 0
    withdrawn: int = 0
    stopped: int = 0


@dataclass(slots=True)
class Totals:
    """All cases, by year and by open phase; `watch` has the open ones by rung of the ladder."""

    years: dict[int, YearTotals]
    open: dict[str, int]
    watch: Counter[str]

    def as_json(self) -> dict[str, object]:
        years = {str(year): asdict(self.years[year]) for year in sorted(self.years)}
        return {"totals": years, "open": self.open}


def totals(counts: Mapping[int, int], cells: Cells, kind: str | None = None) -> Totals:
    """Of the cases of one kind, or of all."""
    years: dict[int, YearTotals] = {}
    phases = dict.fromkeys(("awaiting_intake", "processing", "overdue", "paused"), 0)
    watch: Counter[str] = Counter()
    for number, count in counts.items():
        cell = cells[number]
        if count and isinstance(cell, CaseCell) and kind in (None, cell.kind):
            _add_to_totals(cell, count, years, phases)
            if cell.phase in OPEN:
                watch[cell.level] += count
    return Totals(years, phases, watch)


def _add_to_totals(
    cell: CaseCell, count: int, years: dict[int, YearTotals], phases: dict[str, int]
) -> None:
    def year(number: int) -> YearTotals:
        return years.setdefault(number, YearTotals())

    year(cell.registered).registered += count
    if cell.phase not in NOT_RECEIVED:
        year(cell.received).received += count
        year(cell.received).paid_online += count * cell.paid_online
    if cell.phase in OPEN:
        phases[cell.phase] += count
        return
    closed = year(cell.closed)
    closed.full_online += count * cell.full_online
    for name in (cell.phase, cell.timeliness):
        if name is not None:
            setattr(closed, name, getattr(closed, name) + count)


def broken_laws(found: Totals) -> list[str]:
    """The laws of conservation, over all periods; each that does not hold, with its sums."""

    def over_years(*names: str) -> int:
        return sum(getattr(year, name) for year in found.years.values() for name in names)

    phases = found.open
    laws = (
        (
            "registered = awaiting + refused + received",
            over_years("registered"),
            phases["awaiting_intake"] + over_years("refused", "received"),
        ),
        (
            "received = resolved + withdrawn + stopped + processing + overdue + paused",
            over_years("received"),
            over_years("resolved", "withdrawn", "stopped")
            + phases["processing"] + phases["overdue"] + phases["paused"],
        ),
        (
            "resolved = early + on time + late",
            over_years("resolved"),
            over_years("early", "on_time", "late"),
        ),
        (
            "overdue and escalated on the ladder = open, overdue",
            sum(found.watch[level] for level in OVERDUE_LEVELS),
            phases["overdue"],
        ),
    )  # fmt: skip
    return [f"{law}: {left} is not {right}" for law, left, right in laws if left != right]
