"""Office hours and public holidays, as data with effective dates.

Holidays cover the years that the data names. A day outside them is refused rather than taken for
a working day: the holidays of a year are proclaimed, not computed.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from seeds.table import DATA, Row, rows

Kind = Literal["holiday", "make_up"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Standing = Literal["assumed", "decided"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)

SATURDAY = 5
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of office hours, local time, from `valid_from` on and before `valid_to`."""

    opens: time
    closes: time
    valid_from: date | None
    valid_to: date | None
    standing: Standing
    source: str

    def holds_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class SpecialDays:
    holidays: dict[date, str]
    make_up: dict[date, str]

    @property
    def years(self) -> frozenset[int]:
        """The years whose holidays are known."""
        return frozenset(day.year for day in self.holidays)


def holidays() -> dict[date, str]:
    """Days off by law or in lieu, with their Vietnamese names; also those on weekends."""
    return special_days().holidays


def make_up_days() -> dict[date, str]:
    """Days of a weekend that are worked for a day off elsewhere."""
    return special_days().make_up


def is_working_day(day: date) -> bool:
    """LookupError when the holidays of that year are not known."""
    special = special_days()
    if day.year not in special.years:
        known = ", ".join(str(year) for year in sorted(special.years))
        message = f"holidays of {day.year} are not known (known: {known}); add them to holidays.csv"
        raise LookupError(message)
    return day in special.make_up or (day.weekday() < SATURDAY and day not in special.holidays)


def office_hours(day: date) -> tuple[Shift, ...]:
    """The shifts of a working day in force on that day, in order; whether it is one is not asked.

    Sóc Trăng's own hours were not found: those of the common one-stop software are assumed.
    """
    return tuple(shift for shift in _shifts() if shift.holds_on(day))


@cache
def special_days() -> SpecialDays:
    return load_special_days(DATA / "holidays.csv")


@cache
def _shifts() -> tuple[Shift, ...]:
    return load_office_hours(DATA / "office_hours.csv")


def load_special_days(file: Path) -> SpecialDays:
    """DataError also for a day that comes twice and for a make-up day that is no weekend."""
    loaded = SpecialDays({}, {})
    for row in rows(file, ["date", "kind", "name"]):
        day, kind, name = row.day("date"), row.choice("kind", KINDS), row.text("name")
        if day in loaded.holidays or day in loaded.make_up:
            raise row.fault("date", f"{day} stands in the file already; allowed: once")
        if kind == "make_up" and day.weekday() < SATURDAY:
            raise row.fault("date", f"{day} is a weekday; allowed for make_up: a weekend's day")
        {"holiday": loaded.holidays, "make_up": loaded.make_up}[kind][day] = name
    return loaded


def load_office_hours(file: Path) -> tuple[Shift, ...]:
    """Sorted by opening; DataError also for shifts that overlap on some day."""
    columns = ["valid_from", "valid_to", "opens", "closes", "standing", "source"]
    table = [(_shift(row), row) for row in rows(file, columns)]
    table.sort(key=lambda pair: pair[0].opens)
    for index, (later, row) in enumerate(table):
        for earlier, other in table[:index]:
            if earlier.closes > later.opens and _meet(earlier, later):
                raise row.fault("opens", f"overlaps with line {other.line}; allowed: after it")
    return tuple(shift for shift, _ in table)


def _shift(row: Row) -> Shift:
    shift = Shift(
        opens=_time(row, "opens"),
        closes=_time(row, "closes"),
        valid_from=row.optional_day("valid_from"),
        valid_to=row.optional_day("valid_to"),
        standing=row.choice("standing", STANDINGS),
        source=row.text("source"),
    )
    if shift.closes <= shift.opens:
        raise row.fault("closes", f"{shift.closes:%H:%M} is not allowed; allowed: after opens")
    return shift


def _time(row: Row, column: str) -> time:
    value = row.text(column)
    try:
        return time.fromisoformat(value if _TIME.fullmatch(value) else "")
    except ValueError:
        raise row.fault(column, f"{value!r} is not allowed; allowed: a time as 07:30") from None


def _meet(one: Shift, other: Shift) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts < min(one.valid_to or date.max, other.valid_to or date.max)
