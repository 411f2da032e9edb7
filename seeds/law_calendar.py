"""The calendar that deadlines are counted in: every day of the years that are known.

Public holidays come from `holidays_public.csv`, a file generated once and kept (see
`seeds.holiday_file`); `holidays_overrides.csv` corrects and completes it by hand, each line with
the notice that decided it. Years after the last notice are a forecast and say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from seeds.calendar import office_hours
from seeds.table import DATA, DataError, Row, rows

DayKind = Literal["working", "weekend", "holiday", "make_up"]
Standing = Literal["decided", "forecast"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
# `ordinary` takes back a day that the generated file has.
EntryKind = Literal["holiday", "make_up", "ordinary"]
ENTRY_KINDS: tuple[EntryKind, ...] = get_args(EntryKind)

COLUMNS = ("date", "kind", "name", "standing", "source")
PUBLIC = DATA / "holidays_public.csv"
OVERRIDES = DATA / "holidays_overrides.csv"
SATURDAY, OCTOBER = 5, 10


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """`hours` are the stretches of office time, in seconds of the local day; empty when closed.

    `name` is Vietnamese and empty for an ordinary day; `source` is the notice, where one is known.
    """

    day: date
    kind: DayKind
    name: str
    standing: Standing
    source: str
    hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    day: date
    kind: EntryKind
    name: str
    standing: Standing
    source: str


@cache
def calendar_days() -> tuple[CalendarDay, ...]:
    """Every day of the known years in order, without a gap."""
    return days_of(load_entries(PUBLIC, OVERRIDES))


def load_entries(public: Path, overrides: Path) -> dict[date, Entry]:
    """Both files, the second over the first; DataError for a fault, also for a year between two
    known ones that has no holiday.
    """
    merged = _load(public) | _load(overrides)
    years = {entry.day.year for entry in merged.values()}
    if missing := sorted(set(range(min(years), max(years) + 1)) - years):
        problem = f"has no holidays of {missing[0]}; allowed: years without a gap"
        raise DataError(public, 1, "date", problem)
    return merged


def days_of(entries: dict[date, Entry]) -> tuple[CalendarDay, ...]:
    """The days of every year that has an entry."""
    first, last = date(min(entries).year, 1, 1), date(max(entries).year, 12, 31)
    forecast = {entry.day.year for entry in entries.values() if entry.standing == "forecast"}
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(_day(day, entries.get(day), day.year in forecast) for day in span)


def years_needed(today: date) -> list[int]:
    """Last year, for what it left open; this one; and the next, when its deadlines come near."""
    return [today.year - 1, today.year] + ([today.year + 1] if today.month >= OCTOBER else [])


def require_years(days: Iterable[CalendarDay], needed: Iterable[int], file: Path = PUBLIC) -> None:
    """DataError, with the known years, when the calendar lacks one that is needed."""
    known = {day.day.year for day in days}
    if missing := sorted(set(needed) - known):
        problem = f"lacks {missing[0]}; known: {min(known)}–{max(known)}; add it to {OVERRIDES}"
        raise DataError(file, 1, "date", problem)


def _load(file: Path) -> dict[date, Entry]:
    entries: dict[date, Entry] = {}
    for row in rows(file, COLUMNS):
        entry = _entry(row)
        if entry.day in entries:
            raise row.fault("date", f"{entry.day} stands in the file already; allowed: once")
        entries[entry.day] = entry
    return entries


def _entry(row: Row) -> Entry:
    day, kind = row.day("date"), row.choice("kind", ENTRY_KINDS)
    if kind == "make_up" and day.weekday() < SATURDAY:
        raise row.fault("date", f"{day} is a weekday; allowed for make_up: a weekend's day")
    standing = row.choice("standing", STANDINGS)
    return Entry(day, kind, row.text("name"), standing, row.text("source"))


def _day(day: date, entry: Entry | None, forecast: bool) -> CalendarDay:
    kind = _kind(day, entry)
    told = entry if entry and entry.kind != "ordinary" else None
    return CalendarDay(
        day=day,
        kind=kind,
        name=told.name if told else "",
        standing="forecast" if forecast else "decided",
        source=told.source if told else "",
        hours=_hours(day) if kind in ("working", "make_up") else (),
    )


def _kind(day: date, entry: Entry | None) -> DayKind:
    if entry and entry.kind != "ordinary":
        return entry.kind
    return "working" if day.weekday() < SATURDAY else "weekend"


def _hours(day: date) -> tuple[tuple[int, int], ...]:
    shifts = office_hours(day)
    return tuple(
        (
            shift.opens.hour * 3600 + shift.opens.minute * 60,
            shift.closes.hour * 3600 + shift.closes.minute * 60,
        )
        for shift in shifts
    )
