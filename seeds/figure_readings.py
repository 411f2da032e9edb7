"""The published figures of 2023, and the derived ones of 2022, as readings of indicators.

A pure definition: which indicator has which value for which period. When it was published and by
which source it enters the log is the connectors' business. A figure has the id of its indicator.
"""

import re
from dataclasses import dataclass
from typing import Literal

from seeds.figures import DerivedFigure, Figure, Number, PeriodBasis, Qualifier
from seeds.figures import derived_2022 as all_derived
from seeds.figures import figures as all_figures
from seeds.periods import parse_period
from seeds.registry import indicators
from seeds.subsystem import Base

PROVINCE = "94"
BEFORE = "2022"

FigureStanding = Literal["published", "derived"]

# As the press says when: "2023", "2023 vs 2022", "to end 2023", "2021-07 to end 2023", "2022-2023".
_PLAIN = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_COMPARED = re.compile(r"([0-9]{4}) vs ([0-9]{4})")
_UP_TO_END = re.compile(r"(?:(?:([0-9]{4}-[0-9]{2}) )?to )?end ([0-9]{4})")
_YEARS = re.compile(r"([0-9]{4})-([0-9]{4})")


@dataclass(frozen=True, slots=True)
class FigureReading:
    """One figure as a reading of `indicator` of `subsystem` at `unit`, the whole province.

    `period` as `seeds.periods` writes it; `period_basis` inferred: it is our reading. `base` is
    what the figure is a share or part of or a change from, None where the source does not say;
    `base_period` is the one that a change counts from. `numerator`, `denominator` and
    `published_percent` as printed; `contradicted`: they do not fit each other. `scope` narrows the
    figure to a part of the province's bodies.

    `derived`: nobody published it, it follows from the published figures `derived_from`; the truth
    lies within `low` and `high`, None when published.
    """

    subsystem: str
    indicator: str
    unit: str
    period: str
    value: Number
    standing: FigureStanding
    period_basis: PeriodBasis
    qualifier: Qualifier | None
    base: Base | None
    base_period: str | None
    numerator: int | None
    denominator: int | None
    published_percent: float | None
    contradicted: bool
    scope: str | None
    low: float | None
    high: float | None
    derived_from: tuple[str, ...]


def figures_as_readings() -> tuple[FigureReading, ...]:
    """Every published figure in the order of the file, then the derived ones.

    ValueError when a figure names no indicator, or a period that cannot be read or is not of the
    indicator's kind.
    """
    published, derived = all_figures(), all_derived()
    return (
        *(_published(figure) for figure in published.values()),
        *(_derived(figure, published[figure.id]) for figure in derived.values()),
    )


def period_as_printed(text: str) -> tuple[str, str | None]:
    """The period that the press means, and the one it is compared with; ValueError for no period.

    A figure "to end 2023" counts from a beginning that is not known.
    """
    if _PLAIN.fullmatch(text):
        return text, None
    if found := _COMPARED.fullmatch(text):
        return found[1], found[2]
    if found := _UP_TO_END.fullmatch(text):
        return (f"{found[1]}/{found[2]}-12" if found[1] else f"../{found[2]}"), None
    if found := _YEARS.fullmatch(text):
        return f"{found[1]}/{found[2]}", None
    allowed = "2023, 2023-12, 2023 vs 2022, end 2023, to end 2023, 2021-07 to end 2023, 2022-2023"
    raise ValueError(f"period {text!r} is not allowed; allowed: {allowed}")


def _published(figure: Figure) -> FigureReading:
    period, base_period = period_as_printed(figure.period)
    return FigureReading(
        subsystem=figure.subsystem,
        indicator=figure.id,
        unit=PROVINCE,
        period=period,
        value=figure.value,
        standing="published",
        period_basis=figure.period_basis,
        qualifier=figure.qualifier,
        base=_base(figure, period),
        base_period=base_period,
        numerator=figure.numerator,
        denominator=figure.denominator,
        published_percent=figure.published_percent,
        contradicted=figure.contradicted,
        scope=figure.scope,
        low=None,
        high=None,
        derived_from=(),
    )


def _derived(derived: DerivedFigure, figure: Figure) -> FigureReading:
    return FigureReading(
        subsystem=figure.subsystem,
        indicator=derived.id,
        unit=PROVINCE,
        period=BEFORE,
        value=derived.value,
        standing="derived",
        period_basis="stated",
        qualifier=None,
        base=_base(figure, BEFORE),
        base_period=None,
        numerator=None,
        denominator=None,
        published_percent=None,
        contradicted=False,
        scope=figure.scope,
        low=derived.low,
        high=derived.high,
        derived_from=derived.basis,
    )


def _base(figure: Figure, period: str) -> Base | None:
    """The base of the figure's indicator, which must be there and be of such periods."""
    indicator = indicators().get((figure.subsystem, figure.id))
    if indicator is None:
        message = f"figure {figure.id} has no indicator; add it to {figure.subsystem}.toml"
        raise ValueError(message)
    if parse_period(period).kind != indicator.period:
        message = (
            f"figure {figure.id} is for {period!r}, its indicator for each {indicator.period}; "
            "make them agree"
        )
        raise ValueError(message)
    return indicator.base
