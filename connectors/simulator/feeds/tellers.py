"""A system that goes on telling: its history first, then what comes, with whatever is amiss."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import groupby

from connectors.simulator.feeds.cases import Cases
from connectors.simulator.feeds.happenings import (
    Happening,
    Name,
    corrected,
    last_told,
    swallows,
    wrong_rows,
)
from connectors.simulator.feeds.lives import Life
from connectors.simulator.feeds.outlets import Outlet
from connectors.simulator.feeds.readings import Readings, Told
from connectors.simulator.feeds.rows import Row, case_row, rows_of
from connectors.simulator.feeds.systems import System
from connectors.simulator.worktime import local_day

# Rows that a storm repeats, those told in a wrong unit, and how long both rest between two times:
# a source with too many refusals in a row would be stopped.
STORM_ROWS, WRONG_ROWS, REST_SECONDS = 100, 100, 8


class Teller:
    """`happened` is shared with whoever lets things happen: those of this source count."""

    def __init__(self, system: System, outlet: Outlet, happened: Sequence[Happening]) -> None:
        self.system = system
        self.outlet = outlet
        self._happened = happened
        self._held: list[Row] = []
        self._recent: list[Row] = []
        self._corrected: set[Happening] = set()
        self._rested: dict[Name, int] = {}

    def go_on(self, since: int, until: int, at: int) -> None:
        """Tell what comes after `since` and up to `until` (Unix seconds), at once, at the
        millisecond `at`.
        """
        fresh = self._held + list(self._fresh(since, until))
        self._held = []
        if self._now("silent", until):
            self._held, fresh = fresh, []
        self._recent = (self._recent + fresh)[-STORM_ROWS:]
        fresh += self._amiss(until)
        if fresh:
            self.outlet.publish(fresh, at)

    def _fresh(self, since: int, until: int) -> Iterator[Row]:
        raise NotImplementedError

    def _amiss(self, until: int) -> Iterator[Row]:
        if self._again("duplicate-storm", until):
            yield from self._recent

    def _of(self, name: Name) -> list[Happening]:
        return [one for one in self._happened if (one.name, one.source) == (name, self.system.name)]

    def _now(self, name: Name, moment: int) -> bool:
        return any(one.holds(moment) for one in self._of(name))

    def _again(self, name: Name, moment: int) -> bool:
        """Whether it holds, and its rest is over."""
        if not self._now(name, moment) or moment < self._rested.get(name, 0):
            return False
        self._rested[name] = moment + REST_SECONDS
        return True


class Measuring(Teller):
    def __init__(
        self, system: System, outlet: Outlet, happened: Sequence[Happening], readings: Readings
    ) -> None:
        super().__init__(system, outlet, happened)
        self._readings = readings

    def lay(self, until: int) -> None:
        """Publish the history: a file per day, else at the moments at which it was told."""
        told = list(self._kept(self._readings.history(self.system.indicators, until)))
        by_day = self.system.road in ("csv", "xlsx")
        ordered = sorted(told, key=lambda one: one.time)
        for _, group in groupby(
            ordered, key=lambda one: local_day(one.time) if by_day else one.time
        ):
            together = list(group)
            rows = list(rows_of(self.system, together))
            self.outlet.publish(rows, together[-1].time * 1000)
            self._recent = (self._recent + rows)[-STORM_ROWS:]

    def _fresh(self, since: int, until: int) -> Iterator[Row]:
        told = self._kept(self._readings.told(self.system.indicators, since, until))
        return rows_of(self.system, told)

    def _kept(self, told: Iterator[Told]) -> Iterator[Told]:
        lost = self._of("lost")
        if not lost:
            return told
        return (one for one in told if not any(swallows(a, self.system, one) for a in lost))

    def _amiss(self, until: int) -> Iterator[Row]:
        yield from super()._amiss(until)
        if self._again("wrong-unit", until):
            yield from wrong_rows(self.system, self._last(until))
        for one in self._of("late-correction"):
            if one not in self._corrected and one.begins <= until:
                self._corrected.add(one)
                yield from rows_of(self.system, corrected(one, self.system, self._readings))

    def _last(self, until: int) -> list[Told]:
        return list(last_told(self.system, self._readings, until))[:WRONG_ROWS]


class Keeping(Teller):
    def __init__(
        self, system: System, outlet: Outlet, happened: Sequence[Happening], cases: Cases
    ) -> None:
        super().__init__(system, outlet, happened)
        self._cases = cases
        # (when it changes next, its id, life): what is still to come of those that have begun.
        self._coming: list[tuple[int, str, Life]] = []

    def lay(self, until: int) -> None:
        """Publish every case of the history as it stands."""
        seen = sorted(self._cases.seen(until), key=lambda one: (one.changed, one.life.case))
        for changed, group in groupby(seen, key=lambda one: one.changed):
            rows = [case_row(self._cases.kind, one) for one in group]
            self.outlet.publish(rows, changed * 1000)
            self._recent = (self._recent + rows)[-STORM_ROWS:]
        self.expect(until)

    def expect(self, until: int) -> None:
        """Take up the cases that had begun and were not over by then."""
        for life in self._cases.lives(self._cases.begins, until):
            self._await(life, until)

    def _fresh(self, since: int, until: int) -> Iterator[Row]:
        for life in self._cases.lives(since, until):
            self._await(life, since)
        changed: dict[str, Life] = {}
        while self._coming and self._coming[0][0] <= until:
            at, case, life = heapq.heappop(self._coming)
            self._await(life, at)
            changed[case] = life
        for life in changed.values():
            if seen := life.at(until):
                yield case_row(self._cases.kind, seen)

    def _await(self, life: Life, after: int) -> None:
        following = next((step.at for step in life.steps if step.at > after), None)
        if following is not None:
            heapq.heappush(self._coming, (following, life.case, life))
