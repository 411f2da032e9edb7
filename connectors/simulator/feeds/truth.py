"""What the figures must be, from the same pure functions, never from what was sent or folded."""

from collections.abc import Sequence

from connectors.simulator.feeds.happenings import (
    Happening,
    corrected,
    swallows,
    swings_of,
)
from connectors.simulator.feeds.readings import Latest, Readings, Series, Told
from connectors.simulator.feeds.schedule import Pace, history_begins
from connectors.simulator.feeds.systems import System, systems


class FeedTruth:
    """Of a province of this seed and pace to which this has happened."""

    def __init__(self, seed: int, pace: Pace, happened: Sequence[Happening] = ()) -> None:
        self._readings = Readings(seed, pace, list(swings_of(happened)))
        self._happened = happened

    def readings(self, now: int) -> dict[Series, Latest]:
        """(subsystem, indicator, unit) -> the latest period with its value, as told by `now`."""
        found: dict[Series, Latest] = {}
        for name in systems():
            found |= self.readings_of(name, now)
        return found

    def readings_of(self, name: str, now: int) -> dict[Series, Latest]:
        """Those of one source."""
        found: dict[Series, Told] = {}
        for told in self._told(systems()[name], now):
            if told.series not in found or told.time >= found[told.series].time:
                found[told.series] = told
        return {
            series: Latest(told.period, told.value, told.time) for series, told in found.items()
        }

    def _told(self, system: System, now: int) -> list[Told]:
        """In the order in which later ones prevail."""
        silent = [one.begins for one in self._of("silent", system) if one.holds(now)]
        until = min([now, *(begins - 1 for begins in silent)])
        lost = self._of("lost", system)
        told = [
            one
            for indicator in system.indicators
            for one in self._readings.told([indicator], history_begins(indicator, until), until)
            if not any(swallows(a, system, one) for a in lost)
        ]
        for correction in self._of("late-correction", system):
            if correction.begins <= now:
                told += corrected(correction, system, self._readings)
        return told

    def _of(self, name: str, system: System) -> list[Happening]:
        return [one for one in self._happened if (one.name, one.source) == (name, system.name)]
