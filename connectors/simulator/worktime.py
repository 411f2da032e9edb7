"""Working time as a line: working seconds since the opening of the first working day.

On this line a life is plain arithmetic, and every instant of it falls into office hours.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta

from seeds.calendar import is_working_day, office_hours

# Asia/Ho_Chi_Minh has had this fixed offset since 1975.
VIETNAM_SECONDS = 7 * 3600
DAY_SECONDS = 86_400
_EPOCH = date(1970, 1, 1)


class WorkingTime:
    """The working days from `first` to `last` (both may be days off).

    `day_seconds` is the working time of a day, the same on all of them; ValueError otherwise,
    since a working day must be one length of the line.
    """

    def __init__(self, first: date, last: date) -> None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self._days = [day for day in days if is_working_day(day)]
        self._clock = _clock(self._days)
        self.day_seconds = len(self._clock)
        self._midnights = [_midnight(day) for day in self._days]
        self._numbers = [_number(day) for day in self._days]
        self._first = _number(first)
        # Ordinal of the first working day at or after each calendar day.
        self._ordinals = [bisect_left(self._numbers, _number(day)) for day in days]
        self.end = len(self._days) * self.day_seconds - 1

    def day(self, ordinal: int) -> date:
        return self._days[ordinal]

    def ordinal(self, day: date) -> int:
        """Of the first working day at or after `day`, which lies in the span."""
        return self._ordinals[_number(day) - self._first]

    def instant(self, working: int) -> int:
        """Unix seconds of a point of the line; points beyond the end are the end."""
        day, second = divmod(min(working, self.end), self.day_seconds)
        return self._midnights[day] + self._clock[second]

    def reading(self, instant: int) -> int:
        """The first point of the line at or after `instant` (Unix seconds in the span)."""
        number, second = divmod(instant + VIETNAM_SECONDS, DAY_SECONDS)
        ordinal = self._ordinals[number - self._first]
        if ordinal < len(self._days) and self._numbers[ordinal] == number:
            return ordinal * self.day_seconds + bisect_left(self._clock, second)
        return ordinal * self.day_seconds

    def after_days(self, working: int, days: int) -> int:
        """`days` calendar days later at the same hour, moved off days without work."""
        ordinal, second = divmod(working, self.day_seconds)
        number = self._numbers[min(ordinal, len(self._days) - 1)] + days - self._first
        ordinal = self._ordinals[min(number, len(self._ordinals) - 1)]
        return min(ordinal * self.day_seconds + second, self.end)


def _clock(days: list[date]) -> list[int]:
    """Second of the day for each working second of a day."""
    clocks = {tuple((shift.opens, shift.closes) for shift in office_hours(day)) for day in days}
    if len(clocks) != 1:
        raise ValueError(
            f"the simulator needs the same office hours on all days, found {len(clocks)} kinds "
            f"from {days[0]} to {days[-1]}; see office_hours.csv"
        )
    return [
        second
        for opens, closes in clocks.pop()
        for second in range(_second(opens), _second(closes))
    ]


def _second(of_day: time) -> int:
    return of_day.hour * 3600 + of_day.minute * 60 + of_day.second


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _midnight(day: date) -> int:
    return _number(day) * DAY_SECONDS - VIETNAM_SECONDS


def local_day(instant: int) -> date:
    """The Vietnamese day of a Unix second."""
    return _EPOCH + timedelta(days=(instant + VIETNAM_SECONDS) // DAY_SECONDS)


def vietnam(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Unix seconds of a Vietnamese time of the clock."""
    utc = datetime(year, month, day, hour, minute, tzinfo=UTC)
    return int(utc.timestamp()) - VIETNAM_SECONDS
