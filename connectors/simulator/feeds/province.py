"""The whole province as it is seen from outside: every system with what it tells, and its memory.

The folder holds `feeds.json`, `files/SOURCE/`, `databases/SOURCE.db` and `figures/SOURCE/`.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from connectors.simulator.feeds.cases import Cases
from connectors.simulator.feeds.figures import write_figures
from connectors.simulator.feeds.happenings import (
    Happening,
    happening,
    lives_of,
    slot_seconds,
    slots_lost,
    swings_of,
)
from connectors.simulator.feeds.outlets import Interface, close_all, drop, open_outlet
from connectors.simulator.feeds.readings import Readings
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.feeds.systems import systems
from connectors.simulator.feeds.tellers import Keeping, Measuring

MEMORY = "feeds.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What begins a new province; one that goes on keeps its own."""

    seed: int = 7
    pace: int = 1


class Province:
    """`begin` once, then `advance` with the clock. One caller at a time.

    `chosen`: the sources that there are; all unless said.
    """

    def __init__(
        self, data: Path, wanted: Wanted, now: float, chosen: Collection[str] | None = None
    ) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._file = data / MEMORY
        known = _read(self._file)
        self.is_new = known is None
        begun: dict[str, Any] = known or {**asdict(wanted), "since": int(now), "told": int(now)}
        self.seed: int = begun["seed"]
        self.pace = Pace(begun["since"], begun["pace"])
        self.told: int = begun["told"]
        self.happened = [Happening(**one) for one in begun.get("happened", ())]
        self._swings = list(swings_of(self.happened))
        self._readings = Readings(self.seed, self.pace, self._swings)
        self.cases: dict[str, Cases] = {}
        self._data = data
        self.outlets = {
            name: open_outlet(system, data)
            for name, system in systems().items()
            if chosen is None or name in chosen
        }
        self._tellers = {name: self._teller(name) for name in self.outlets}

    def begin(self, wrong_from_the_start: Sequence[tuple[str, str | None]] = ()) -> None:
        """Lay down the history. Happenings as (name, source or None) last as they do; values that
        are lost are missing in the history. Raises UnknownHappeningError.
        """
        for name, source in wrong_from_the_start:
            self._add(self._at_start(name, source))
        if self.is_new:
            write_figures(self._data / "figures")
        for name, teller in self._tellers.items():
            if self.is_new or isinstance(self.outlets[name], Interface):
                teller.lay(self.told)
            elif isinstance(teller, Keeping):
                teller.expect(self.told)
        self._remember()

    def advance(self, now: float) -> None:
        """Tell what has come since the last time."""
        until = int(now)
        if until <= self.told:
            return
        for teller in self._tellers.values():
            teller.go_on(self.told, until, int(now * 1000))
        self.told = until
        self._remember()

    def happen(self, name: str, source: str | None = None, seconds: int | None = None) -> Happening:
        """From the next second on. Raises UnknownHappeningError."""
        new = happening(name, source, self.told + 1, seconds)
        self._add(new)
        self._remember()
        return new

    def close(self) -> None:
        close_all(self.outlets.values())

    def _teller(self, name: str) -> Measuring | Keeping:
        system, outlet = systems()[name], self.outlets[name]
        if not system.keeps_cases:
            return Measuring(system, outlet, self.happened, self._readings)
        besides = [life for source, life in lives_of(self.happened) if source == name]
        self.cases[name] = Cases(system.subsystem, self.seed, self.pace, besides)
        return Keeping(system, outlet, self.happened, self.cases[name])

    def _at_start(self, name: str, source: str | None) -> Happening:
        new = happening(name, source, self.told)
        if name != "lost":
            return new
        system = systems()[new.source]
        back = (slots_lost(system) + 2) * slot_seconds(system)
        return happening(name, source, self.told - back)

    def _add(self, new: Happening) -> None:
        self.happened.append(new)
        self._swings.extend(swings_of([new]))
        for source, life in lives_of([new]):
            if source in self.cases:
                self.cases[source].add(life)

    def _remember(self) -> None:
        content = {
            "seed": self.seed,
            "pace": self.pace.times,
            "since": self.pace.since,
            "told": self.told,
            "happened": [asdict(one) for one in self.happened],
        }
        drop(self._file, json.dumps(content).encode())


def _read(file: Path) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(file.read_bytes()) if file.exists() else None
    return found
