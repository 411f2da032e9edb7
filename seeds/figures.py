"""The figures that the province published on 2023, and what follows from them for 2022.

A published figure is never corrected here: one that contradicts itself is flagged.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from seeds.table import DATA, Row, by_code, rows
from seeds.topics import source_topics

Number = int | float
PeriodBasis = Literal["stated", "inferred"]
PERIOD_BASES: tuple[PeriodBasis, ...] = get_args(PeriodBasis)
Qualifier = Literal["over"]
QUALIFIERS: tuple[Qualifier, ...] = get_args(Qualifier)

_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")

COLUMNS = (
    "id",
    "metric_vi",
    "value",
    "qualifier",
    "numerator",
    "denominator",
    "published_percent",
    "unit",
    "scope",
    "period",
    "period_basis",
    "subsystem",
    "check",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed. `qualifier` "over": printed as "more than" (trên).

    `contradicted`: the printed percentage is not numerator ÷ denominator; show the counts and the
    flag, never the percentage alone. `period_basis` inferred: the period is our reading.
    """

    id: str
    metric_vi: str
    value: Number
    qualifier: Qualifier | None
    numerator: int | None
    denominator: int | None
    published_percent: float | None
    unit: str
    scope: str | None
    period: str
    period_basis: PeriodBasis
    subsystem: str
    check: str
    contradicted: bool


@dataclass(frozen=True, slots=True)
class DerivedFigure:
    """A figure of 2022 that nobody published: computed from 2023 and its printed change.

    On screen it is marked "suy ra". The truth lies within [low, high]: what the rounding of the
    printed change leaves open. `basis` are the ids of the two figures it stands on.
    """

    id: str
    metric_vi: str
    value: Number
    low: float
    high: float
    unit: str
    basis: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ServiceTotals:
    """Public services by level, and how many stand on the national portal."""

    full: int
    partial: int
    information: int
    integrated: int

    @property
    def total(self) -> int:
        return self.full + self.partial + self.information


@cache
def figures() -> dict[str, Figure]:
    """Every published figure by its id."""
    return load_figures(DATA / "figures.csv")


@cache
def service_totals() -> ServiceTotals:
    """1,015 full, 343 partial, 420 information only; 956 of them integrated."""
    known = figures()
    names = ("full", "partial", "information", "integrated_dvcqg")
    return ServiceTotals(*(int(known[f"services_{name}"].value) for name in names))


@cache
def derived_2022() -> dict[str, DerivedFigure]:
    """Totals and rates of 2022, by the id of the figure of 2023 that they are compared with."""
    derived = (
        _derived("dossiers_received", "dossiers_received_change", _before_percent_change),
        _derived("dossiers_late", "dossiers_late_ratio", _before_ratio),
        _derived("on_time_rate", "on_time_rate_change", _before_points),
        _derived("online_full_share", "online_full_share_change", _before_points),
    )
    return {figure.id: figure for figure in derived}


def _before_percent_change(now: float, change: float) -> float:
    """-32.27 is a share of the year before, so that year = now / (1 - 0.3227)."""
    return now / (1 + change / 100)


def _before_ratio(now: float, ratio: float) -> float:
    """1.94 "lần" is this year / last year.

    Read as +194 % it gives 418 late at a rate of 0.08 %, of some 523,000 resolved: too few beside
    894,521 received. As a ratio it gives 634 of some 792,500.
    """
    return now / ratio


def _before_points(now: float, points: float) -> float:
    """The change of a share is in percentage points."""
    return now - points


def _derived(
    figure_id: str, change_id: str, before: Callable[[float, float], float]
) -> DerivedFigure:
    figure, change = figures()[figure_id], figures()[change_id]
    corners = [before(now, by) for now in _printed_range(figure) for by in _printed_range(change)]
    value = before(figure.value, change.value)
    return DerivedFigure(
        id=figure.id,
        metric_vi=figure.metric_vi,
        value=round(value) if isinstance(figure.value, int) else round(value, 2),
        low=min(corners),
        high=max(corners),
        unit=figure.unit,
        basis=(figure.id, change.id),
    )


def _printed_range(figure: Figure) -> tuple[float, float]:
    """A count is exact; the others are printed with two decimals."""
    half = 0.0 if isinstance(figure.value, int) else 0.005
    return figure.value - half, figure.value + half


def load_figures(file: Path) -> dict[str, Figure]:
    """DataError as everywhere."""
    return by_code(rows(file, COLUMNS), _figure, "id")


def _figure(row: Row) -> Figure:
    numerator, denominator = row.optional_count("numerator"), row.optional_count("denominator")
    if (numerator is None) != (denominator is None) or denominator == 0:
        raise row.fault("denominator", "allowed: numerator and a denominator above 0, or neither")
    percent = row.optional_number("published_percent")
    return Figure(
        id=row.matching("id", _ID, "lower-case words joined by _"),
        metric_vi=row.text("metric_vi"),
        value=row.number("value"),
        qualifier=row.optional_choice("qualifier", QUALIFIERS),
        numerator=numerator,
        denominator=denominator,
        published_percent=None if percent is None else float(percent),
        unit=row.text("unit"),
        scope=row.optional("scope"),
        period=row.text("period"),
        period_basis=row.choice("period_basis", PERIOD_BASES),
        subsystem=row.choice("subsystem", _subsystems()),
        check=row.optional("check") or "",
        contradicted=_contradicted(numerator, denominator, percent),
    )


def _contradicted(numerator: int | None, denominator: int | None, percent: Number | None) -> bool:
    """More than half a unit of the second printed decimal away from the counts."""
    if numerator is None or denominator is None or percent is None:
        return False
    return abs(100 * numerator / denominator - percent) > 0.005 + 1e-9


def _subsystems() -> list[str]:
    """One source topic for each subsystem."""
    return [topic.name.removeprefix("ioc.") for topic in source_topics()]
