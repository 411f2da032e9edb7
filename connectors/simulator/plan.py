"""Who ends how: every dossier of a scenario in order of its registration, in a few bytes each.

Counts are exact because each kind of fate is drawn without replacement; weights (how slack an
office is, how close the end of the year) make the draw plausible.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from heapq import nsmallest
from itertools import accumulate
from math import exp, log
from random import Random

from connectors.simulator.offices import Office
from connectors.simulator.scenarios import Scenario, fates
from connectors.simulator.worktime import WorkingTime

FATES = fates()
(
    IN_TIME,
    LATE_IN_SYSTEM,
    LATE_OTHER,
    PROCESSING,
    OVERDUE,
    PAUSED,
    AWAITING,
    REFUSED,
    WITHDRAWN,
    STOPPED,
) = range(len(FATES))
OPEN = frozenset({PROCESSING, OVERDUE, PAUSED, AWAITING})
NOT_RECEIVED = frozenset({AWAITING, REFUSED})
RESOLVED = frozenset({IN_TIME, LATE_IN_SYSTEM, LATE_OTHER})

# Visits by weekday, Monday first, and by month: before Tết people wait, after it they come.
_WEEKDAYS = (1.18, 1.08, 1.0, 0.96, 0.86, 0.6, 0.6)
_MONTHS = (0.82, 0.96, 1.1, 1.02, 1.04, 1.08, 1.06, 1.0, 1.0, 1.02, 0.98, 0.92)


@dataclass(frozen=True, slots=True)
class Plan:
    """`days`: (ordinal of the working day, dossiers registered on it); the rest by position.

    A full-online dossier is resolved through a full-process online service.
    """

    days: list[tuple[int, int]]
    offices: bytearray
    fates: bytearray
    full_online: bytearray
    paid_online: bytearray


def plan(scenario: Scenario, working: WorkingTime, offices: list[Office], random: Random) -> Plan:
    total = scenario.dossiers
    days = _days(scenario, working, random)
    weights = [office.weight for office in offices]
    drawn = _Draw(
        bytearray(random.choices(range(len(offices)), weights, k=total)),
        offices,
        days,
        end=working.reading(scenario.closes) / working.day_seconds,
        random=random,
    )
    quotas = scenario.quotas
    drawn.fate(AWAITING, quotas.awaiting, drawn.recent(2))
    drawn.fate(OVERDUE, quotas.overdue, drawn.slack_before(2, 70))
    drawn.fate(PROCESSING, quotas.processing, drawn.recent(9))
    drawn.fate(PAUSED, quotas.paused, drawn.recent(45))
    drawn.fate(LATE_IN_SYSTEM, quotas.late_in_system, drawn.slack_before(15, 400, communes=8.0))
    drawn.fate(LATE_OTHER, quotas.late_other, drawn.slack_before(15, 400))
    for fate, count in (
        (REFUSED, quotas.refused),
        (WITHDRAWN, quotas.withdrawn),
        (STOPPED, quotas.stopped),
    ):
        drawn.fate(fate, count, drawn.more_at_the_end(8, 8.0))
    return Plan(
        days,
        drawn.offices,
        drawn.fates,
        full_online=drawn.full_online(quotas.full_online),
        paid_online=drawn.paid_online(quotas.paid_online),
    )


class _Draw:
    def __init__(
        self,
        offices: bytearray,
        listed: list[Office],
        days: list[tuple[int, int]],
        *,
        end: float,
        random: Random,
    ) -> None:
        self.offices = offices
        self.fates = bytearray(len(offices))
        self._listed = listed
        self._ordinals = [ordinal for ordinal, _ in days]
        self._ends = list(accumulate(count for _, count in days))
        self._end = end
        self._random = random

    def fate(self, fate: int, count: int, weight: Callable[[int], float]) -> None:
        """Gives `count` dossiers that are still IN_TIME this fate; any of them when the weights
        leave too few.
        """
        if not count:
            return
        found = self._sample(count, weight, lambda p: self.fates[p] == IN_TIME)
        for position in found:
            self.fates[position] = fate

    def full_online(self, count: int) -> bytearray:
        able = [1.0 if office.digital else 0.0 for office in self._listed]
        return self._marks(count, able, RESOLVED)

    def paid_online(self, count: int) -> bytearray:
        able = [1.0 if office.pools.paid else 0.0 for office in self._listed]
        return self._marks(count, able, frozenset(range(len(FATES))) - {AWAITING, REFUSED})

    def _marks(self, count: int, of_office: list[float], among: frozenset[int]) -> bytearray:
        found = self._sample(
            count, lambda p: of_office[self.offices[p]], lambda p: self.fates[p] in among
        )
        marked = bytearray(len(self.fates))
        for position in found:
            marked[position] = 1
        return marked

    def _sample(
        self, count: int, weight: Callable[[int], float], allowed: Callable[[int], bool]
    ) -> list[int]:
        """`count` positions without replacement: the smallest of exponential keys of rate weight
        (Efraimidis and Spirakis); weight 0 comes last.
        """
        if not count:
            return []
        random = self._random.random
        keys = []
        for position in range(len(self.fates)):
            if allowed(position):
                rate = weight(position)
                draw = -log(1.0 - random())
                keys.append((draw / rate if rate > 0 else 1e9 + draw, position))
        if len(keys) < count:
            raise ValueError(f"the scenario wants {count} of {len(keys)} dossiers")
        chosen = sorted(keys)[:count] if count > len(keys) // 8 else nsmallest(count, keys)
        return [position for _, position in chosen]

    def _age(self, position: int) -> float:
        """Working days from the registration to the end of the load, by the day."""
        return self._end - self._ordinals[bisect_right(self._ends, position)]

    def recent(self, days: float) -> Callable[[int], float]:
        """The younger the likelier, nothing older than three times `days`."""
        youngest = self._position_at_age(3 * days)

        def weight(position: int) -> float:
            return exp(-self._age(position) / days) if position >= youngest else 0.0

        return weight

    def more_at_the_end(self, days: float, weight: float) -> Callable[[int], float]:
        """Anywhere, but often in the last `days`: so some end in another year than they began."""
        late = self._position_at_age(days)
        return lambda position: weight if position >= late else 1.0

    def slack_before(
        self, youngest: float, oldest: float, communes: float = 1.0
    ) -> Callable[[int], float]:
        """Slack offices, at an age between the two in working days."""
        first, last = self._position_at_age(oldest), self._position_at_age(youngest)
        of_office = [
            office.slackness * (communes if office.level == "commune" else 1.0)
            for office in self._listed
        ]

        def weight(position: int) -> float:
            return of_office[self.offices[position]] if first <= position < last else 0.0

        return weight

    def _position_at_age(self, days: float) -> int:
        """The first position registered less than `days` before the end."""
        index = bisect_right(self._ordinals, self._end - days)
        return self._ends[index - 1] if index else 0


def _days(scenario: Scenario, working: WorkingTime, random: Random) -> list[tuple[int, int]]:
    """Every working day of the year, and of what follows it before the load ends."""
    first = next(n for n in range(working.end) if working.day(n).year == scenario.year)
    end = working.reading(scenario.closes)
    ordinals = range(first, (end - 1) // working.day_seconds + 1)
    weights = []
    for ordinal in ordinals:
        day = working.day(ordinal)
        weight = _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1] * random.uniform(0.92, 1.08)
        weights.append(weight * (1.0 if day.year == scenario.year else 2.0))
    return list(zip(ordinals, apportion(scenario.dossiers, weights), strict=True))


def apportion(total: int, weights: list[float]) -> list[int]:
    """Whole parts of a total by weight, the largest remainders first."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
