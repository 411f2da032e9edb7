"""The working calendar: office hours, weekends, holidays and make-up days, exact to the second.

Sums over the table of days are made once; afterwards no answer walks the calendar day by day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Final, TypeVar

from seeds.law_calendar import CalendarDay
from streams.core.legal.duration import (
    CalendarDays,
    Duration,
    Measurable,
    Months,
    Unit,
    WorkingDays,
    WorkingHours,
)
from streams.core.legal.scale import CalendarScale, OutsideCalendarError, Scale, WorkingScale

SECONDS_PER_DAY: Final = 86_400
SECONDS_PER_HOUR: Final = 3_600
# Asia/Ho_Chi_Minh: no daylight saving since the war.
LOCAL_OFFSET: Final = 7 * 3_600
_EPOCH: Final = date(1970, 1, 1)

M = TypeVar("M", bound=Measurable)


def instant(moment: datetime) -> int:
    """The Unix second of an aware time; ValueError for one without a zone, or with a fraction."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; give an aware time")
    if moment.microsecond:
        raise ValueError(f"{moment} is no whole second")
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


class WorkingCalendar:
    """Counts time over consecutive days. Instants are Unix seconds; `offset` is that of the zone.

    Instants outside the days raise OutsideCalendarError: a year without proclaimed holidays is
    not a year without holidays.
    """

    def __init__(self, days: Sequence[CalendarDay], offset: int = LOCAL_OFFSET) -> None:
        """ValueError for days with a gap, or of which none is worked."""
        if any(b.day - a.day != timedelta(days=1) for a, b in pairwise(days)):
            raise ValueError("the days of a calendar follow each other without a gap")
        if not any(day.hours for day in days):
            raise ValueError("a calendar without any office hours counts nothing")
        self.offset = offset
        self._days = tuple(days)
        self._first = (days[0].day - _EPOCH).days
        self.begins = self.midnight(self._first)
        self.ends = self.midnight(self._first + len(days))
        self.working_days = self._scale_of_days()
        self.working_hours = self._scale_of_hours()
        self.calendar_days = CalendarScale()
        self._scales: dict[Unit, Scale] = {
            "working_day": self.working_days,
            "working_hour": self.working_hours,
            "calendar_day": self.calendar_days,
            "month": self.calendar_days,
        }
        self._closings = self._next_closings()

    # Days

    def day_number(self, moment: int) -> int:
        """The local calendar day, as days since 1970-01-01."""
        return (moment + self.offset) // SECONDS_PER_DAY

    def midnight(self, day_number: int) -> int:
        """The instant at which a local day begins."""
        return day_number * SECONDS_PER_DAY - self.offset

    def local(self, moment: int) -> datetime:
        return datetime.fromtimestamp(moment, timezone(timedelta(seconds=self.offset)))

    def day(self, moment: int) -> CalendarDay:
        return self._days[self._index(self.day_number(moment))]

    def days(self, begins: int, ends: int) -> tuple[CalendarDay, ...]:
        """The local days that [begins, ends] touches, as far as they are known."""
        first, last = self.day_number(begins) - self._first, self.day_number(ends) - self._first
        return self._days[max(first, 0) : max(last + 1, 0)]

    @property
    def years(self) -> range:
        return range(self._days[0].day.year, self._days[-1].day.year + 1)

    @property
    def seconds_per_day(self) -> int | None:
        """Of office time on a working day; None where the hours in force differ."""
        lengths = {_seconds(day) for day in self._days if day.hours}
        return lengths.pop() if len(lengths) == 1 else None

    # Office hours

    def is_open(self, moment: int) -> bool:
        return self.next_opening(moment) == moment

    def next_opening(self, moment: int) -> int:
        """`moment` itself within office hours; at their end, in a break or on a day off, the next
        second that counts.
        """
        hours = self.working_hours
        return hours.latest(hours.position(moment))

    def closing(self, day_number: int) -> int:
        """When the office closes on that day, or on the next working day if it is a day off."""
        closes = self._closings[self._index(day_number)]
        if closes is None:
            raise OutsideCalendarError(day_number)
        return closes

    # Counting

    def scale(self, unit: Unit) -> Scale:
        return self._scales[unit]

    def ticks(self, length: Duration) -> int:
        """Of a length on the scale of its unit; a part of a tick is dropped. Not for months."""
        return int(length.value * self._scales[length.unit].unit)

    def add(self, moment: int, length: Duration) -> int:
        """The instant at which `length` has passed since `moment`.

        Working days keep the hour: from 09:20 to 09:20, from an opening to an opening, from a
        closing to a closing, and what begins off hours begins at the next opening. Working hours
        end as soon as they are over, so at a closing rather than the next opening. Calendar days
        and months run through nights and days off; the 31st plus a month is the month's last day.
        """
        if length.value < 0:
            return self.subtract(moment, -length)
        if isinstance(length, Months):
            return self._add_months(moment, length)
        scale = self._scales[length.unit]
        target = scale.position(moment) + self.ticks(length)
        if isinstance(length, WorkingDays) and not self._ends_within(moment):
            return scale.latest(target)
        reached = scale.earliest(target)
        return reached if reached >= moment else scale.latest(target)

    def subtract(self, moment: int, length: Duration) -> int:
        """The last second from which `length` still lies before `moment`: an opening rather than
        the closing before it. `add` undoes it, up to moving to the next opening.
        """
        if length.value < 0:
            return self.add(moment, -length)
        if isinstance(length, Months):
            return self._add_months(moment, -length)
        scale = self._scales[length.unit]
        return scale.latest(scale.position(moment) - self.ticks(length))

    def between(self, begins: int, ends: int, kind: type[M]) -> M:
        """What is counted from `begins` to `ends`; negative when they are the other way round."""
        scale = self._scales[kind.unit]
        return kind(Fraction(scale.position(ends) - scale.position(begins), scale.unit))

    def length(self, ticks: int, unit: Unit) -> Measurable:
        """Ticks of a unit's scale as a length; those of months are seconds, and told in days."""
        value = Fraction(ticks, self._scales[unit].unit)
        if unit == "working_day":
            return WorkingDays(value)
        return WorkingHours(value) if unit == "working_hour" else CalendarDays(value)

    # Within

    def _index(self, day_number: int) -> int:
        index = day_number - self._first
        if not 0 <= index < len(self._days):
            raise OutsideCalendarError(day_number)
        return index

    def _ends_within(self, moment: int) -> bool:
        """True in office hours and at their very end."""
        hours = self.working_hours
        return hours.earliest(hours.position(moment)) == moment

    def _add_months(self, moment: int, length: Months) -> int:
        if length.value.denominator != 1:
            raise ValueError(f"{length} is no whole number of months")
        local = self.local(moment)
        months = local.year * 12 + local.month - 1 + int(length.value)
        year, month = divmod(months, 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        moved = local.replace(year=year, month=month + 1, day=min(local.day, last))
        return moment + round((moved - local).total_seconds())

    def _stretches(self) -> list[tuple[int, int, int]]:
        """(opens, closes, office seconds of their day)."""
        return [
            (self.midnight(number) + opens, self.midnight(number) + closes, _seconds(day))
            for number, day in enumerate(self._days, self._first)
            for opens, closes in day.hours
        ]

    def _scale_of_hours(self) -> WorkingScale:
        stretches = [(opens, closes, 1) for opens, closes, _ in self._stretches()]
        return WorkingScale(stretches, SECONDS_PER_HOUR, self.begins, self.ends)

    def _scale_of_days(self) -> WorkingScale:
        # Every working day is as wide as another, whatever the hours in force: a tick divides all.
        unit = lcm(*{_seconds(day) for day in self._days if day.hours})
        stretches = [(opens, closes, unit // whole) for opens, closes, whole in self._stretches()]
        return WorkingScale(stretches, unit, self.begins, self.ends)

    def _next_closings(self) -> list[int | None]:
        closings: list[int | None] = []
        upcoming: int | None = None
        for index in range(len(self._days) - 1, -1, -1):
            if hours := self._days[index].hours:
                upcoming = self.midnight(self._first + index) + hours[-1][1]
            closings.append(upcoming)
        return closings[::-1]


def _seconds(day: CalendarDay) -> int:
    return sum(closes - opens for opens, closes in day.hours)
