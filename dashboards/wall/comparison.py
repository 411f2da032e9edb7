"""How a figure of the year stands to the year before, where the province published a change."""

from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from typing import Literal

from dashboards.numbers import VIETNAM
from dashboards.words import Words
from seeds.figures import DerivedFigure, derived_2022

BASE_YEAR = 2022

Form = Literal["percent", "points", "times"]
Tone = Literal["better", "worse", "neutral"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`figure`: id of the published figure; `good`: +1 more is better, -1 less is, 0 neither."""

    figure: str
    form: Form
    good: int


# The forms are those in which the changes were published.
COMPARISONS = {
    "received": Comparison("dossiers_received", "percent", 0),
    "on-time-rate": Comparison("on_time_rate", "points", 1),
    "late": Comparison("dossiers_late", "times", -1),
    "full-online": Comparison("online_full_share", "points", 1),
}


@dataclass(frozen=True, slots=True)
class Change:
    """`text` is empty while the year runs or its figure is not whole: only the basis is shown."""

    text: str
    tone: Tone
    rising: bool
    basis: str


def comparable(period: int, now: float | None) -> bool:
    """A year is compared with the one before when it is over."""
    end = datetime(period + 1, 1, 1, tzinfo=VIETNAM).timestamp()
    return now is not None and now >= end


def change(panel: str, value: float | None, period: int, words: Words) -> Change | None:
    """None where nothing was published. `value` None: the figure is not to be compared."""
    comparison = COMPARISONS.get(panel)
    if comparison is None or period != BASE_YEAR + 1:
        return None
    base = derived_2022()[comparison.figure]
    basis = words("change_basis", year=BASE_YEAR, value=_base(base, comparison.form, words))
    if value is None:
        return Change("", "neutral", rising=False, basis=basis)
    step = _step(comparison.form, value, float(base.value))
    tones: dict[bool, Tone] = {True: "better", False: "worse"}
    tone = tones[step * comparison.good > 0] if step and comparison.good else "neutral"
    return Change(_text(comparison.form, value, base, words), tone, rising=step > 0, basis=basis)


def _step(form: Form, value: float, base: float) -> float:
    return value * 100 - base if form == "points" else value - base


def _text(form: Form, value: float, base: DerivedFigure, words: Words) -> str:
    if form == "points":
        return words("change_points", change=words.signed(value * 100 - base.value, 2))
    if form == "times":
        return words("change_times", change=words.number(value / base.value, 2))
    return words("change_percent", change=words.signed((value / base.value - 1) * 100, 2))


def _base(base: DerivedFigure, form: Form, words: Words) -> str:
    """No more digits than the rounding of the published change leaves."""
    if form == "points":
        return words.percent(base.value / 100)
    grain = 10 ** floor(log10(base.high - base.low))
    return words.number(round(base.value / grain) * grain)
