"""Every reading that the province's systems tell, as a pure function of seed, pace and time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from connectors.simulator.feeds.chance import Chance
from connectors.simulator.feeds.models import model_of
from connectors.simulator.feeds.places import Place, places
from connectors.simulator.feeds.schedule import (
    Pace,
    history_begins,
    latest,
    period_at,
    tellings,
)
from connectors.simulator.feeds.swings import Swing
from seeds.figure_readings import figures_as_readings
from seeds.registry import indicators
from seeds.subsystem import Indicator

Series = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A value at a place; `time` (Unix seconds) lies within `period`, and is when it is told."""

    indicator: Indicator
    place: Place
    time: int
    period: str
    value: float

    @property
    def series(self) -> Series:
        """(subsystem, indicator, unit)."""
        return self.indicator.subsystem, self.indicator.id, self.place.code


class Latest(NamedTuple):
    """`time` is that of the value, Unix seconds."""

    period: str
    value: float
    time: int


@cache
def modelled() -> tuple[Indicator, ...]:
    """The indicators whose values are made up: readings that were not published as figures."""
    published = {(figure.subsystem, figure.indicator) for figure in figures_as_readings()}
    return tuple(
        indicator
        for key, indicator in indicators().items()
        if indicator.origin == "readings" and key not in published
    )


class Readings:
    """What is measured. `swings` are what happens to the province itself, in order of time."""

    def __init__(self, seed: int, pace: Pace, swings: Sequence[Swing] = ()) -> None:
        self.pace = pace
        self.swings = swings
        self._chance = Chance(seed)

    def told(self, chosen: Iterable[Indicator], since: int, until: int) -> Iterator[Told]:
        """All that is told after `since` and up to `until`, indicator by indicator."""
        for indicator in chosen:
            for time in tellings(indicator, since, until, self.pace):
                yield from self.at(indicator, time)

    def history(self, chosen: Iterable[Indicator], now: int) -> Iterator[Told]:
        """What a system that is looked at for the first time still has."""
        for indicator in chosen:
            yield from self.told([indicator], history_begins(indicator, now), now)

    def at(self, indicator: Indicator, time: int) -> Iterator[Told]:
        """The values of all places at one moment."""
        period = period_at(indicator, time)
        for place in places(indicator.coverage):
            yield Told(indicator, place, time, period, self.value(indicator, place, time))

    def value(self, indicator: Indicator, place: Place, time: int) -> float:
        """Rounded to the indicator's decimals."""
        chance = self._chance.within(indicator.subsystem, indicator.id)
        value = model_of(indicator)(place, time, chance)
        for swing in self.swings:
            value = swing.moved(indicator, place, time, value)
        return round(value, indicator.decimals)

    def truth(self, now: int) -> dict[Series, Latest]:
        """The latest value of every series, as of `now`."""
        found: dict[Series, Latest] = {}
        for indicator in modelled():
            time = latest(indicator, now, self.pace)
            for told in self.at(indicator, time) if time is not None else ():
                found[told.series] = Latest(told.period, told.value, told.time)
        return found
