"""Lengths of time as the law writes them. A working day is no eight hours, a month no thirty days.

Values are exact: half a day is `WorkingDays(Fraction(1, 2))`. Lengths of different units neither
compare nor add; one unit becomes another only through a calendar.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, Literal, Self

Unit = Literal["working_day", "working_hour", "calendar_day", "month"]


@dataclass(frozen=True, order=True)
class Length:
    """The base of the four; itself it has no unit."""

    value: Fraction
    unit: ClassVar[Unit]

    def __init__(self, value: Fraction | float) -> None:
        object.__setattr__(self, "value", Fraction(value))

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(self.value + other.value)

    def __sub__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(self.value - other.value)

    def __mul__(self, factor: Fraction | int) -> Self:
        return type(self)(self.value * factor)

    def __neg__(self) -> Self:
        return type(self)(-self.value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value})"


class WorkingDays(Length):
    """Days on which offices work; a part of one is that part of its office hours."""

    unit = "working_day"


class WorkingHours(Length):
    """Hours of office time."""

    unit = "working_hour"


class CalendarDays(Length):
    """Days of 24 hours, holidays and weekends among them."""

    unit = "calendar_day"


class Months(Length):
    """Whole months of the calendar, each as long as it is."""

    unit = "month"


Duration = WorkingDays | WorkingHours | CalendarDays | Months
Measurable = WorkingDays | WorkingHours | CalendarDays

UNITS: Final[dict[Unit, type[Duration]]] = {
    kind.unit: kind for kind in (WorkingDays, WorkingHours, CalendarDays, Months)
}


def duration(value: Fraction | float, unit: Unit) -> Duration:
    return UNITS[unit](value)
