"""A scale on which counted time runs evenly: prefix sums over stretches that count.

A position is a number of ticks since the beginning of the scale. Time that does not count has no
width, so that its two ends have one position: `earliest` and `latest` name them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, Protocol


class OutsideCalendarError(LookupError):
    """An instant for which the calendar has no days: its holidays are not proclaimed."""


class Scale(Protocol):
    """Ticks per unit, and the ways from instants (Unix seconds) to positions and back.

    All raise OutsideCalendarError beyond the years of the calendar.
    """

    @property
    def unit(self) -> int: ...

    def position(self, instant: int) -> int: ...

    def earliest(self, position: int) -> int: ...

    def latest(self, position: int) -> int: ...


class CalendarScale:
    """Every second counts. A tick is a second, a unit is a day."""

    unit: Final = 86_400

    def position(self, instant: int) -> int:
        return instant

    def earliest(self, position: int) -> int:
        return position

    def latest(self, position: int) -> int:
        return position


class WorkingScale:
    """Only stretches of office hours count; `rates` gives the ticks of a second in each.

    `stretches` are (opens, closes, ticks per second), ascending and apart. `begins` and `ends`
    bound the instants for which the calendar is known.
    """

    __slots__ = ("_before", "_begins", "_closes", "_ends", "_opens", "_rates", "_total", "unit")

    def __init__(
        self, stretches: Sequence[tuple[int, int, int]], unit: int, begins: int, ends: int
    ) -> None:
        self.unit = unit
        self._begins, self._ends = begins, ends
        self._opens = [opens for opens, _, _ in stretches]
        self._closes = [closes for _, closes, _ in stretches]
        self._rates = [rate for _, _, rate in stretches]
        self._before: list[int] = []
        total = 0
        for opens, closes, rate in stretches:
            self._before.append(total)
            total += (closes - opens) * rate
        self._total = total

    def position(self, instant: int) -> int:
        if not self._begins <= instant < self._ends:
            raise OutsideCalendarError(instant)
        index = bisect_right(self._opens, instant) - 1
        if index < 0:
            return 0
        closes = self._closes[index]
        # Half of the work is done here: min() would cost as much as all the rest.
        if instant > closes:  # noqa: PLR1730
            instant = closes
        return self._before[index] + (instant - self._opens[index]) * self._rates[index]

    def earliest(self, position: int) -> int:
        """The first second at which so much is counted: the end of a stretch, not the next one.

        For 0 the second before the calendar: no stretch ends where nothing is counted yet.
        """
        index = bisect_left(self._before, position) - 1
        if index < 0 or position > self._total:
            return self._edge(position)
        return self._within(index, position)

    def latest(self, position: int) -> int:
        """The last such second: where the next stretch opens, if one ends at this position."""
        index = bisect_right(self._before, position) - 1
        if index < 0 or position >= self._total:
            raise OutsideCalendarError(position)
        return self._within(index, position)

    def _within(self, index: int, position: int) -> int:
        # Up to a whole second: where seconds are worth several ticks, nothing is due too early.
        return self._opens[index] - (self._before[index] - position) // self._rates[index]

    def _edge(self, position: int) -> int:
        if position == 0:
            return self._begins - 1
        raise OutsideCalendarError(position)
