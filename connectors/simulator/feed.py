"""The feed of a scenario: every record, in the order of scenario time, in requests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from zlib import crc32

from connectors.simulator.biography import Biographer
from connectors.simulator.lanes import Lane, alone
from connectors.simulator.lives import Life
from connectors.simulator.openings import PROVINCE
from connectors.simulator.plan import OPEN
from connectors.simulator.requests import Request, body, dropped, ending, line, shuffled
from connectors.simulator.scenarios import Scenario
from connectors.simulator.truth import Truth
from connectors.simulator.wire import Writer
from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS

# (instant, a number that makes it unique, life, what of it): 0 and up are the versions of the
# dossier, -1 and down its progress rows.
Moment = tuple[int, int, Life, int]


class Feed:
    """The requests of a scenario, once; `truth` is complete and `open_lives` are known after the
    last of them.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.biographer = Biographer(scenario)
        self.truth = Truth(scenario.outages)
        self.open_lives: list[Life] = []
        self.encode = Writer()
        random = self.biographer.chances("feed")
        repeated = scenario.oddities.repeated
        self._lanes = [Lane(n, self.encode, random, repeated) for n in range(scenario.lanes)]
        self._remaining = scenario.dossiers
        self._moments: defaultdict[int, list[Moment]] = defaultdict(list)
        self._scheduled = 0

    def requests(self) -> Iterator[Request]:
        """To be used once. Memory holds the records of dossiers that are not over yet."""
        return ending(self._requests())

    def _requests(self) -> Iterator[Request]:
        for ordinal, lives in self.biographer.days():
            for life in lives:
                self.truth.add(life)
                if life.fate in OPEN:
                    self.open_lives.append(life)
                self._schedule(life)
            today = self.biographer.working.instant(ordinal * self.biographer.working.day_seconds)
            yield from self._told(self._moments.pop(_day(today), []))
        for lane in self._lanes:
            yield from self._counted(lane.rest(self.scenario.closes))

    def _schedule(self, life: Life) -> None:
        number, moments = self._scheduled, self._moments
        for index, told in enumerate(life.earlier):
            moments[_day(told.at)].append((told.at, number, life, index))
            number += 1
        moments[_day(life.told)].append((life.told, number, life, len(life.earlier)))
        number += 1
        for index, row in enumerate(life.rows):
            moments[_day(row.at)].append((row.at, number, life, -1 - index))
            number += 1
        self._scheduled = number

    def _told(self, moments: list[Moment]) -> Iterator[Request]:
        moments.sort()
        lanes, count = self._lanes, len(self._lanes)
        for at, _, life, what in moments:
            lane = lanes[crc32(life.case.encode()) % count]
            if life.madonvi != PROVINCE:
                request = alone(self.encode, at, lane.number, life, what)
                yield from self._counted([(request, int(what == len(life.earlier)))])
                continue
            if what < 0:
                lane.step(life, -1 - what)
            else:
                lane.tell(life, what)
            if lane.full:
                yield from self._counted(lane.ready(at))

    def _counted(self, sent: Iterable[tuple[Request, int]]) -> Iterator[Request]:
        for request, closing in sent:
            self._remaining -= closing
            yield request.with_remaining(max(self._remaining, 1))


def generate(scenario: Scenario) -> tuple[Iterator[Request], Truth]:
    """The requests, and the truth, which is complete when they are exhausted."""
    feed = Feed(scenario)
    return feed.requests(), feed.truth


def _day(instant: int) -> int:
    return (instant + VIETNAM_SECONDS) // DAY_SECONDS


__all__ = ["Feed", "Request", "body", "dropped", "generate", "line", "shuffled"]
