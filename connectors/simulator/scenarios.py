"""What a simulated year is to contain: exact counts, and how often lives take an odd turn."""

from dataclasses import dataclass, fields, replace

from connectors.simulator.outages import OUTAGES_2023, Outage
from connectors.simulator.worktime import vietnam


@dataclass(frozen=True, slots=True)
class Quotas:
    """How many dossiers end as what when the load is over; exact.

    `in_time`, `late_in_system` and `late_other` are resolved; `full_online` counts among these,
    `paid_online` among all that were received.
    """

    in_time: int = 0
    late_in_system: int = 0
    late_other: int = 0
    processing: int = 0
    overdue: int = 0
    paused: int = 0
    awaiting: int = 0
    refused: int = 0
    withdrawn: int = 0
    stopped: int = 0
    full_online: int = 0
    paid_online: int = 0

    @property
    def resolved(self) -> int:
        return self.in_time + self.late_in_system + self.late_other

    @property
    def received(self) -> int:
        open_cases = self.processing + self.overdue + self.paused
        return self.resolved + open_cases + self.withdrawn + self.stopped

    @property
    def dossiers(self) -> int:
        return self.received + self.awaiting + self.refused


@dataclass(frozen=True, slots=True)
class Oddities:
    """Shares of lives (0 to 1) that take an odd turn; `repeated` is a share of requests.

    `without_due`: nothing is appointed; `due_by_law`: the same of those in work, overdue or late,
    where the law's own deadline leads to the same end.
    `technical`: of those late only in the system, how many were appointed for the time of an
    outage, where a procedure's limit allows. `unexplained`: of those late otherwise, how many show
    no cause. `contradicted`: something is told that cannot be true.
    """

    supplemented: float = 0.04
    supplemented_twice: float = 0.05
    appointed_later: float = 0.004
    appointed_earlier: float = 0.002
    finish_undone: float = 0.003
    returned_only: float = 0.004
    told_before_receipt: float = 0.015
    unnamed_channel: float = 0.004
    repeated: float = 0.004
    unknown_procedure: float = 0.0
    unknown_agency: float = 0.0
    without_due: float = 0.0
    due_by_law: float = 0.0
    foreign_code: float = 0.0
    technical: float = 0.3
    unexplained: float = 0.0
    contradicted: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A seeded year of dossiers.

    Everything up to `closes` (Unix seconds) is told by the feed; life goes on at `now`. The same
    scenario gives the same bytes. `outages` are in order.
    """

    name: str
    seed: int
    quotas: Quotas
    oddities: Oddities
    year: int = 2023
    closes: int = vietnam(2024, 1, 2, 8)
    now: int = vietnam(2024, 1, 2, 8)
    lanes: int = 8
    outages: tuple[Outage, ...] = OUTAGES_2023

    @property
    def dossiers(self) -> int:
        return self.quotas.dossiers


# The press figures of 2023. 605,859 received - 596,864 resolved leave 8,995 open at the end of
# the year, if nothing was carried over and nothing withdrawn: our assumption, as is their mix.
# 55.18 % of the resolved were handled through full-process online services, 0.92 % of the
# received were paid online; both bases are our assumption too.
_YEAR_2023 = Scenario(
    name="year-2023",
    seed=2023,
    quotas=Quotas(
        in_time=595_634,
        late_in_system=1_181,
        late_other=49,
        processing=7_902,
        overdue=488,
        paused=605,
        full_online=329_350,
        paid_online=5_574,
    ),
    oddities=Oddities(),
    # Friday 29 December 2023: the office hours of the year are over.
    closes=vietnam(2023, 12, 29, 17),
)
_NAMED = {_YEAR_2023.name: _YEAR_2023}

# Shares of all dossiers in `scenario_of`: those of the year where it has any, but more of all that
# is rare, so that a few thousand dossiers show every figure.
_SHARES = {
    "late_in_system": 0.0080,
    "late_other": 0.0040,
    "processing": 0.0160,
    "overdue": 0.0070,
    "paused": 0.0070,
    "awaiting": 0.0060,
    "refused": 0.0120,
    "withdrawn": 0.0060,
    "stopped": 0.0040,
}
_FULL_ONLINE_SHARE = 0.5518
_PAID_ONLINE_SHARE = 0.0200
_ODDITIES = Oddities(
    supplemented=0.06,
    appointed_later=0.01,
    appointed_earlier=0.006,
    finish_undone=0.01,
    returned_only=0.01,
    told_before_receipt=0.05,
    unnamed_channel=0.01,
    repeated=0.04,
    unknown_procedure=0.006,
    unknown_agency=0.004,
    without_due=0.006,
    due_by_law=0.1,
    foreign_code=0.001,
    unexplained=0.15,
    contradicted=0.01,
)


def scenario(name: str) -> Scenario:
    """KeyError, with the names there are, for any other name."""
    if name not in _NAMED:
        raise KeyError(f"no scenario {name!r}; there are: {', '.join(_NAMED)}")
    return _NAMED[name]


def scenario_of(dossiers: int, seed: int) -> Scenario:
    """A scenario of any size from 1 up, with every kind of life if it is large enough."""
    if dossiers < 1:
        raise ValueError(f"dossiers={dossiers}: a scenario has at least 1")
    return Scenario(
        name=f"{dossiers}-dossiers-seed-{seed}",
        seed=seed,
        quotas=_quotas(dossiers),
        oddities=_ODDITIES,
    )


def _quotas(dossiers: int) -> Quotas:
    rare = {name: round(share * dossiers) for name, share in _SHARES.items()}
    quotas = Quotas(in_time=dossiers - sum(rare.values()), **rare)
    return replace(
        quotas,
        full_online=round(_FULL_ONLINE_SHARE * quotas.resolved),
        paid_online=round(_PAID_ONLINE_SHARE * quotas.received),
    )


def fates() -> tuple[str, ...]:
    """The names of the quotas that say how a life ends."""
    return tuple(f.name for f in fields(Quotas) if not f.name.endswith("_online"))
