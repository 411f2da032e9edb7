"""When a system tells which value: as often as its indicator's refresh promises.

A value's time lies within its period and is the moment at which it is told, so that either form
of a record, with a period or without, means the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.simulator.feeds.days import is_day_off
from connectors.simulator.worktime import DAY_SECONDS, local_day, vietnam
from seeds.periods import PeriodKind, period_of
from seeds.subsystem import Indicator

# About as long as such a period is, at the most.
_LENGTHS: dict[PeriodKind, int] = {
    "instant": 0,
    "hour": 3600,
    "day": DAY_SECONDS,
    "month": 31 * DAY_SECONDS,
    "span": 31 * DAY_SECONDS,
    "quarter": 92 * DAY_SECONDS,
    "term": 212 * DAY_SECONDS,
    "year": 366 * DAY_SECONDS,
}
# What is told each day of a longer period is told when offices close.
_EVENING = 17 * 3600
_RECENT = 8 * DAY_SECONDS
_RECENT_SLOTS = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """From `since` on, instruments measure and cases come `times` as often as in life."""

    since: int = 0
    times: int = 1


def period_at(indicator: Indicator, time: int) -> str:
    """The period of a value; of a span, the months of the year so far."""
    if indicator.period == "span":
        return f"{period_of('year', time)}-01/{period_of('month', time)}"
    return period_of(indicator.period, time)


def is_paced(indicator: Indicator) -> bool:
    """Told every few minutes or hours, by the clock."""
    seconds = indicator.refresh.seconds
    return seconds is not None and seconds < DAY_SECONDS


def step(indicator: Indicator, pace: Pace) -> int:
    """Seconds between two values of a paced indicator, from `pace.since` on."""
    assert indicator.refresh.seconds
    return max(1, indicator.refresh.seconds // pace.times)


def tellings(indicator: Indicator, since: int, until: int, pace: Pace) -> Iterator[int]:
    """The moments after `since` and up to `until` at which a value is told, in order."""
    if is_paced(indicator):
        assert indicator.refresh.seconds
        usual = indicator.refresh.seconds
        yield from _multiples(usual, since, min(until, pace.since))
        yield from _multiples(step(indicator, pace), max(since, pace.since), until)
    else:
        for day in _days(local_day(since), local_day(until)):
            moment = vietnam(day.year, day.month, day.day) + _second(indicator)
            if since < moment <= until and _tells_on(indicator, day):
                yield moment


def latest(indicator: Indicator, now: int, pace: Pace) -> int | None:
    """The last moment at which a value was told; None: none in the history."""
    moments = list(tellings(indicator, history_begins(indicator, now), now, pace))
    return moments[-1] if moments else None


def history_begins(indicator: Indicator, now: int) -> int:
    """From when on a system that is looked at for the first time still has its values.

    About a week of what is told daily or more often, at most 200 values; of longer periods a year.
    """
    if is_paced(indicator):
        return now - min(_RECENT, _RECENT_SLOTS * step(indicator, Pace()))
    length = _LENGTHS[indicator.period]
    if length <= DAY_SECONDS or not _closes(indicator):
        return now - _RECENT
    return now - max(13 * _LENGTHS["month"], 2 * length)


def _multiples(seconds: int, since: int, until: int) -> range:
    return range((since // seconds + 1) * seconds, until + 1, seconds)


def _closes(indicator: Indicator) -> bool:
    """Told when its period is over, rather than again and again in it."""
    promised = indicator.refresh.seconds
    if promised is None:
        promised = DAY_SECONDS * indicator.refresh.value
    return promised >= _LENGTHS[indicator.period]


def _second(indicator: Indicator) -> int:
    """Of the day."""
    return DAY_SECONDS - 1 if _closes(indicator) else _EVENING


def _tells_on(indicator: Indicator, day: date) -> bool:
    if indicator.refresh.is_working_time and is_day_off(day):
        return False
    if not _closes(indicator) or indicator.period == "day":
        return True
    tomorrow = day + timedelta(days=1)
    return _period_on(indicator, day) != _period_on(indicator, tomorrow)


def _period_on(indicator: Indicator, day: date) -> str:
    return period_at(indicator, vietnam(day.year, day.month, day.day))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
