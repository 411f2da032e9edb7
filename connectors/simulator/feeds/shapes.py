"""How quantities go through day, week and year. Every figure here is made up, none is a fact.

A shape is asked for the value at a place when some second is over; it knows its own chances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Protocol

from connectors.simulator.feeds.chance import Chance
from connectors.simulator.feeds.days import (
    day_share,
    is_day_off,
    is_open,
    is_tet,
    month_share,
    working_share,
)
from connectors.simulator.feeds.places import Place
from connectors.simulator.worktime import DAY_SECONDS, local_day

EVEN_WEEK = (1.0,) * 7
EVEN_YEAR = (1.0,) * 12
# Levels below are those of this day.
LEVELLED = date(2024, 1, 1)


class Shape(Protocol):
    def __call__(self, place: Place, moment: int, chance: Chance) -> float: ...


@dataclass(frozen=True, slots=True)
class Flow:
    """So many a day in the whole province, counted through the day.

    `week` from Monday, `year` from January, `off` and `tet` are factors.
    """

    a_day: float
    week: Sequence[float] = EVEN_WEEK
    year: Sequence[float] = EVEN_YEAR
    off: float = 1.0
    tet: float = 1.0

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        day = local_day(moment)
        mean = self.a_day * place.weight * self.week[day.weekday()] * self.year[day.month - 1]
        mean *= (self.off if is_day_off(day) else 1.0) * (self.tet if is_tet(day) else 1.0)
        busy = exp(0.08 * chance.bell("busy", place.code, day))
        return int(chance.count(mean * busy, place.code, day) * day_share(moment))


@dataclass(frozen=True, slots=True)
class Hourly:
    """So many an hour; `office` is the factor while offices work."""

    an_hour: float
    office: float = 1.0

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        mean = self.an_hour * place.weight * (self.office if is_open(moment) else 1.0)
        return chance.count(mean, place.code, moment // 3600)


@dataclass(frozen=True, slots=True)
class Monthly:
    """So many a month, growing with it."""

    a_month: float
    year: Sequence[float] = EVEN_YEAR

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        day = local_day(moment)
        mean = self.a_month * place.weight * self.year[day.month - 1]
        lucky = 1 + 0.05 * chance.bell(place.code, day.year, day.month)
        return mean * lucky * month_share(moment)


@dataclass(frozen=True, slots=True)
class Level:
    """A stock: `growth` a year, and a `sway` about it, as shares of it."""

    level: float
    growth: float = 0.0
    sway: float = 0.01
    slowness: float = 30.0 * DAY_SECONDS

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        years = (local_day(moment) - LEVELLED).days / 365
        moved = 1 + self.growth * years + self.sway * chance.wave(moment, self.slowness, place.code)
        return self.level * place.weight * max(moved, 0.0)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share or an index: `spread` between places, `sway` in time, within `low` and `high`."""

    mean: float
    spread: float = 0.0
    sway: float = 0.5
    low: float = 0.0
    high: float = 100.0
    growth: float = 0.0
    slowness: float = 30.0 * DAY_SECONDS

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        years = (local_day(moment) - LEVELLED).days / 365
        value = self.mean + self.growth * years + self.spread * chance.bell("of", place.code)
        value += self.sway * chance.wave(moment, self.slowness, place.code)
        return min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class YearToDate:
    """What a year has brought so far; never falls within it. `late` > 1: most comes at its end."""

    a_year: float
    late: float = 1.0

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        lucky = 1 + 0.03 * chance.bell(place.code, local_day(moment).year)
        return self.a_year * place.weight * lucky * float(working_share(moment) ** self.late)


@dataclass(frozen=True, slots=True)
class Countdown:
    """Days left of something that is renewed `before` days before it has run `days` long."""

    days: int
    before: int

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        cycle = self.days - self.before
        begun = int(cycle * chance.share(place.code))
        return self.days - (local_day(moment).toordinal() + begun) % cycle


@dataclass(frozen=True, slots=True)
class Since:
    """Days since something that comes back after some days, at most so many."""

    most: int

    def __call__(self, place: Place, moment: int, chance: Chance) -> float:
        today = local_day(moment).toordinal()
        rare = 1 + int(self.most * chance.share("rare", place.code) ** 3)
        return next(
            (n for n in range(self.most) if chance.share(place.code, today - n) < 1 / rare),
            self.most,
        )
