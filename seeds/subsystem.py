"""What a subsystem (phân hệ) of the operations centre is, and what its indicators are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from seeds.periods import PeriodKind

CaseKind = Literal["dossier", "document", "feedback", "incident"]
# Named by the press of 2022; a system of that name was built; one of the four fields of oversight;
# our inference.
BasisKind = Literal["press-2022", "seed-system", "seed-field", "inferred"]
Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
Aggregation = Literal["sum", "mean", "min", "max", "last"]
Coverage = Literal["province", "district", "commune", "station", "site"]
# Readings come from the source as they are; the others are counted here, from the cases.
Origin = Literal["readings", "cases"]
IndicatorStanding = Literal["stated", "proposed"]
Relation = Literal["share", "part", "change"]
BaseStanding = Literal["stated", "assumed"]
RefreshUnit = Literal["second", "minute", "hour", "day", "working hour", "working day"]

CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
BASIS_KINDS: tuple[BasisKind, ...] = get_args(BasisKind)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)
COVERAGES: tuple[Coverage, ...] = get_args(Coverage)
ORIGINS: tuple[Origin, ...] = get_args(Origin)
INDICATOR_STANDINGS: tuple[IndicatorStanding, ...] = get_args(IndicatorStanding)
RELATIONS: tuple[Relation, ...] = get_args(Relation)
BASE_STANDINGS: tuple[BaseStanding, ...] = get_args(BaseStanding)
REFRESH_UNITS: tuple[RefreshUnit, ...] = get_args(RefreshUnit)

CLOCK_SECONDS: dict[RefreshUnit, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a stable id and its names: a field of oversight, a measure, a system."""

    id: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Basis:
    """Why we hold that there is such a subsystem; `quotation` gives the words or fact that count.

    Quotations are translated. `source` says where they stand.
    """

    kind: BasisKind
    quotation: str
    source: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """A promise: at most this long between two readings of one unit, of clock or working time."""

    value: int
    unit: RefreshUnit

    @property
    def is_working_time(self) -> bool:
        return self.unit not in CLOCK_SECONDS

    @property
    def seconds(self) -> int | None:
        """None for working time, whose length depends on the calendar."""
        seconds = CLOCK_SECONDS.get(self.unit)
        return None if seconds is None else self.value * seconds


@dataclass(frozen=True, slots=True)
class Target:
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A value at or beyond one of them, in the direction that is not better, is that bad."""

    warning: float | None
    critical: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Base:
    """What a share is a share of, a count a part of, or a change counted from, the period before.

    `indicator` is one of the same subsystem. `assumed`: the source does not say.
    """

    indicator: str
    relation: Relation
    standing: BaseStanding


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure that a subsystem carries, at every unit of its `coverage`.

    `measure` is what the value counts; `aggregation` makes the province's figure from the units';
    `decimals` are those shown. `stated`: `source` says that a centre carries it; else our proposal.
    `refresh` is our proposal, as long as the owner of `system` has not promised anything.
    """

    subsystem: str
    id: str
    name_vi: str
    name_en: str
    origin: Origin
    measure: Named
    direction: Direction
    aggregation: Aggregation
    decimals: int
    period: PeriodKind
    refresh: Refresh
    coverage: Coverage
    system: str
    standing: IndicatorStanding
    source: str | None
    target: Target | None
    thresholds: Thresholds | None
    base: Base | None


@dataclass(frozen=True, slots=True)
class Subsystem:
    """`order` is its place among the subsystems, from 1, for ever; `name` that of its file.

    `headline_id` names the one indicator that stands for it where there is room for one figure: the
    first of its file, unless the file names another.
    """

    file: Path
    name: str
    order: int
    partitions: int
    name_vi: str
    name_en: str
    basis: Basis
    oversight_field: str
    case_kinds: tuple[CaseKind, ...]
    systems: Mapping[str, Named]
    indicators: Mapping[str, Indicator]
    headline_id: str

    @property
    def headline(self) -> Indicator:
        return self.indicators[self.headline_id]

    @property
    def topic(self) -> str:
        return f"ioc.{self.name}"

    @property
    def name_is_inferred(self) -> bool:
        """The name is ours: boards say "tên phân hệ: suy luận"."""
        return self.basis.kind in ("seed-field", "inferred")
