"""A calendar, a rule and facts to test the clock with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from seeds.law_calendar import CalendarDay, calendar_days
from streams.core.legal.calendar import WorkingCalendar
from streams.core.legal.duration import Duration, WorkingDays
from streams.core.legal.facts import Key, SupplementFact
from streams.core.legal.rules import NO_RULE, Rule
from streams.core.legal.terms import Terms

OFFSET = timedelta(hours=7)
MORNING = ((7 * 3600, 11 * 3600 + 1800), (13 * 3600 + 1800, 17 * 3600))


@cache
def calendar() -> WorkingCalendar:
    return WorkingCalendar(calendar_days())


def at(local: str) -> int:
    """`at("2023-01-19 09:20")`: the Unix second of a local time."""
    return int((datetime.fromisoformat(f"{local}+00:00") - OFFSET).timestamp())


def told(moment: int | None) -> str | None:
    """The other way round, so that a failure can be read."""
    if moment is None:
        return None
    return (datetime.fromtimestamp(moment, UTC) + OFFSET).strftime("%Y-%m-%d %H:%M:%S")


def shown(local: str) -> str:
    return datetime.fromisoformat(local).strftime("%Y-%m-%d %H:%M:%S")


def rule(limit: Duration | None = None, **changed: Any) -> Rule:
    """The rule of dossiers, with this limit; calendar days and months end with their day."""
    ends = "day" if limit is not None and limit.unit in ("calendar_day", "month") else "hour"
    return replace(NO_RULE, **({"limit": limit, "ends": ends, "in_force": True} | changed))


def terms(limit: Duration | None = None, **changed: Any) -> Terms:
    return Terms(rule(limit, **changed), calendar())


def days_in_force(hours: Iterable[tuple[date, tuple[tuple[int, int], ...]]]) -> list[CalendarDay]:
    """The known days, with other office hours from each date on."""
    changed = list(hours)
    return [
        replace(day, hours=[new for since, new in changed if since <= day.day][-1])
        if day.hours and changed[0][0] <= day.day
        else day
        for day in calendar_days()
    ]


class Facts(NamedTuple):
    agency: str | None = "000.00.04.H51"
    status: int | None = 4
    submitted: int | None = None
    received: int | None = None
    due: int | None = None
    finished: int | None = None
    returned: int | None = None
    refused: int | None = None
    supplements: tuple[SupplementFact, ...] = ()


def facts(**values: Any) -> Facts:
    """Times as local text; supplements as tuples of such."""
    times: dict[str, Any] = {
        key: at(value) if isinstance(value, str) and key != "agency" else value
        for key, value in values.items()
        if key != "supplements"
    }
    return Facts(**times, supplements=supplements(*values.get("supplements", ())))


def supplements(*items: tuple[str | None, ...]) -> tuple[SupplementFact, ...]:
    """(requested, received, due before, due after), the last ones may be left out."""
    filled = [(*item, None, None, None)[:4] for item in items]
    return tuple(
        tuple(None if time is None else at(time) for time in item)  # type: ignore[misc]
        for item in filled
    )


def keys(*items: tuple[str, int]) -> list[Key]:
    return [(at(time), status) for time, status in items]


TEN_DAYS = WorkingDays(10)
