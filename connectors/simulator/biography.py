"""Writes the script of every life of a scenario, in order of registration."""

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from connectors.simulator import plan as plans
from connectors.simulator.lives import Life
from connectors.simulator.mistakes import with_a_mistake
from connectors.simulator.offices import staffing
from connectors.simulator.openings import Opening, Reception
from connectors.simulator.resolved import ResolvedLives
from connectors.simulator.scenarios import Scenario
from connectors.simulator.unresolved import UnresolvedLives
from connectors.simulator.worktime import WorkingTime

# The last minutes of a day, in which nobody comes: a life needs room for what follows.
_LAST_SECONDS = 1200


class Biographer:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.working = WorkingTime(date(scenario.year - 1, 12, 1), date(scenario.year + 1, 12, 31))
        self.staff = staffing(self.working.day_seconds, self.chances("offices"))
        self._random = self.chances("lives")
        self.reception = Reception(scenario, self.working, self._random)
        self._writers = writers(self.reception)

    def chances(self, of: str) -> Random:
        """A source of chance for one purpose, so that no purpose disturbs another."""
        return Random(f"{self.scenario.seed}/{of}")

    def days(self) -> Iterator[tuple[int, list[Life]]]:
        """(ordinal of the working day, lives registered on it in order of time)."""
        planned = plans.plan(self.scenario, self.working, self.staff.offices, self.chances("plan"))
        position = 0
        for ordinal, count in planned.days:
            self.reception.open_day(ordinal)
            lives = []
            for at in self._arrivals(ordinal, count):
                office = self.staff.offices[planned.offices[position]]
                opening = self.reception.open(
                    position,
                    at,
                    office,
                    planned.fates[position],
                    full=bool(planned.full_online[position]),
                    paid=bool(planned.paid_online[position]),
                )
                lives.append(self._written(opening))
                position += 1
            yield ordinal, lives

    def _written(self, opening: Opening) -> Life:
        life = self._writers[opening.fate](opening)
        if self._random.random() < self.scenario.oddities.contradicted:
            return with_a_mistake(life, self._random)
        return life

    def _arrivals(self, ordinal: int, count: int) -> list[int]:
        """Points of the working line: mornings are busy, the end of the afternoon is not."""
        chance = self._random.random
        start = ordinal * self.working.day_seconds
        length = min(self.working.day_seconds, self.reception.end - start) - _LAST_SECONDS
        return sorted(start + int(length * chance() ** 1.25) for _ in range(count))


def writers(reception: Reception) -> dict[int, Callable[[Opening], Life]]:
    """Who writes the lives of each fate."""
    resolved, unresolved = ResolvedLives(reception), UnresolvedLives(reception)
    return {
        plans.IN_TIME: resolved.in_time,
        plans.LATE_IN_SYSTEM: resolved.late_in_system,
        plans.LATE_OTHER: resolved.late_other,
        plans.PROCESSING: unresolved.in_work,
        plans.OVERDUE: unresolved.in_work,
        plans.PAUSED: unresolved.paused,
        plans.AWAITING: unresolved.awaiting,
        plans.REFUSED: unresolved.refused,
        plans.WITHDRAWN: unresolved.closed_otherwise,
        plans.STOPPED: unresolved.closed_otherwise,
    }


def lives(scenario: Scenario) -> Iterator[Life]:
    """Every life, without the noise of telling it."""
    for _, day in Biographer(scenario).days():
        yield from day
