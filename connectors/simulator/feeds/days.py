"""What a Vietnamese day is like: weekday, day off, Tết, how far its year has gone."""

from datetime import date, timedelta
from functools import cache
from math import cos, pi

from connectors.simulator.worktime import DAY_SECONDS, VIETNAM_SECONDS, local_day, vietnam
from seeds.calendar import SATURDAY, holidays, is_working_day, office_hours

TET = "Nguyên đán"
_AROUND_TET = 3
# The salinity of the delta's river mouths rises from the turn of the year and peaks in March.
_DRIEST_DAY, _DRY_HALF_LENGTH = 75, 80


@cache
def is_day_off(day: date) -> bool:
    """In a year whose holidays are not known, only weekends are."""
    try:
        return not is_working_day(day)
    except LookupError:
        return day.weekday() >= SATURDAY


@cache
def is_tet(day: date) -> bool:
    """Tết, and the days of travelling around it, as far as its date is known."""
    near = (day + timedelta(days=n) for n in range(-_AROUND_TET, _AROUND_TET + 1))
    return any(TET in holidays().get(one, "") for one in near)


@cache
def _working_days(year: int) -> tuple[int, ...]:
    """Working days from New Year up to and with each day of the year."""
    counts, day, count = [], date(year, 1, 1), 0
    while day.year == year:
        count += not is_day_off(day)
        counts.append(count)
        day += timedelta(days=1)
    return tuple(counts)


def working_share(moment: int) -> float:
    """Of the year's working time, what is over at a moment: grows from 0 to 1."""
    day = local_day(moment)
    counts = _working_days(day.year)
    over = counts[day.timetuple().tm_yday - 2] if day.timetuple().tm_yday > 1 else 0
    today = 0.0 if is_day_off(day) else office_share(moment)
    return (over + today) / counts[-1]


def seconds_of_day(moment: float) -> float:
    return (moment + VIETNAM_SECONDS) % DAY_SECONDS


def day_share(moment: float) -> float:
    """Of the day, what is over at the end of a second: 1 at 23:59:59."""
    return (seconds_of_day(moment) + 1) / DAY_SECONDS


def month_share(moment: int) -> float:
    """Of the month, what is over."""
    day = local_day(moment)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    length = (following - day.replace(day=1)).days
    return (day.day - 1 + day_share(moment)) / length


@cache
def shifts(day: date) -> tuple[tuple[int, int], ...]:
    """Office hours in seconds of the day."""
    return tuple(
        (of.opens.hour * 3600 + of.opens.minute * 60, of.closes.hour * 3600 + of.closes.minute * 60)
        for of in office_hours(day)
    )


def is_open(moment: float) -> bool:
    """Whether offices work."""
    day, second = local_day(int(moment)), seconds_of_day(moment)
    return not is_day_off(day) and any(opens <= second < closes for opens, closes in shifts(day))


def office_share(moment: float) -> float:
    """Of a working day's office hours, what is over."""
    hours, second = shifts(local_day(int(moment))), seconds_of_day(moment)
    whole = sum(closes - opens for opens, closes in hours)
    return sum(min(max(second - opens, 0), closes - opens) for opens, closes in hours) / whole


def dryness(moment: float) -> float:
    """0 in the rains, 1 at the height of the dry season, which lasts from January to April."""
    away = abs(local_day(int(moment)).timetuple().tm_yday - _DRIEST_DAY)
    return max(0.0, cos(pi / 2 * min(away / _DRY_HALF_LENGTH, 1)))


def after_work(moment: int, seconds: int) -> int:
    """When so many seconds of office hours have passed since a moment."""
    day = local_day(moment)
    while True:
        midnight = vietnam(day.year, day.month, day.day)
        for opens, closes in () if is_day_off(day) else shifts(day):
            begins = max(midnight + opens, moment)
            ends = midnight + closes
            if begins < ends and seconds <= ends - begins:
                return begins + seconds
            seconds -= max(ends - begins, 0)
        day += timedelta(days=1)
