"""Which cases come when, as a pure function of seed, pace and time; and how they stand."""

from collections.abc import Iterable, Iterator

from connectors.simulator.feeds.chance import Chance
from connectors.simulator.feeds.lives import (
    DOCUMENT,
    EMERGENCY,
    FAULT,
    FEEDBACK,
    Kind,
    Life,
    Seen,
    offices,
)
from connectors.simulator.feeds.schedule import Pace
from connectors.simulator.worktime import DAY_SECONDS, local_day
from seeds.registry import subsystems
from seeds.subsystem import CaseKind

# Cases are drawn for so long a stretch at a time.
STRETCH = 300

_KINDS: dict[CaseKind, Kind] = {"document": DOCUMENT, "feedback": FEEDBACK, "incident": EMERGENCY}
_OF_SUBSYSTEM = {"web-platforms": FAULT}


def case_systems() -> dict[str, Kind]:
    """Subsystem -> the kind of case that a system of it keeps, but for dossiers."""
    return {
        name: _OF_SUBSYSTEM.get(name, _KINDS[kind])
        for name, subsystem in subsystems().items()
        for kind in subsystem.case_kinds
        if kind in _KINDS
    }


class Cases:
    """The cases of one subsystem's system. `besides` are lives that were not drawn."""

    def __init__(self, subsystem: str, seed: int, pace: Pace, besides: Iterable[Life] = ()) -> None:
        self.kind = case_systems()[subsystem]
        self.begins = pace.since - self.kind.history_days * DAY_SECONDS
        self._pace = pace
        self._chance = Chance(seed).within(subsystem, self.kind.prefix)
        self._besides = list(besides)

    def add(self, life: Life) -> None:
        """One that was not drawn."""
        self._besides.append(life)

    def lives(self, since: int, until: int) -> Iterator[Life]:
        """Those submitted after `since` and up to `until`, none from before the history."""
        since = max(since, self.begins)
        for stretch in range(since // STRETCH, until // STRETCH + 1):
            for life in self._drawn(stretch):
                if since < life.submitted <= until:
                    yield life
        yield from (life for life in self._besides if since < life.submitted <= until)

    def seen(self, now: int) -> Iterator[Seen]:
        """Every case of the history as it stands."""
        for life in self.lives(self.begins, now):
            if seen := life.at(now):
                yield seen

    def _drawn(self, stretch: int) -> list[Life]:
        begins, chance, kind = stretch * STRETCH, self._chance.within(stretch), self.kind
        often = self._pace.times if begins >= self._pace.since else 1
        mean = kind.a_day * kind.busy(begins) * often * STRETCH / DAY_SECONDS
        if not mean:
            return []
        codes = offices(kind.levels)
        lives = []
        for number in range(chance.count(mean, "how many")):
            own = chance.within(number)
            at = begins + int(STRETCH * own.share("at"))
            case = f"{kind.prefix}-{local_day(at):%Y%m%d}-{stretch % 288:03d}{number:03d}"
            lives.append(kind.write(case, codes[int(len(codes) * own.share("agency"))], at, own))
        return lives
