"""The legal clock a second time, minute by minute: slow, plain, and sharing nothing with the clock.

It reads the holiday files itself, knows the office hours by heart and counts minutes one after the
other. Times are whole minutes since 1970-01-01 00:00 local time.
"""

import csv
from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import compress, count, islice
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parents[3] / "seeds" / "data"
DAY = 24 * 60
WORKING_DAY = 8 * 60
EPOCH = date(1970, 1, 1)
FIRST, LAST = date(2021, 1, 1), date(2028, 12, 31)
BASE = (FIRST - EPOCH).days * DAY


def special_days() -> dict[date, str]:
    found = {}
    for name in ("holidays_public.csv", "holidays_overrides.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[date.fromisoformat(row["date"])] = row["kind"]
    return found


SPECIAL = special_days()


def is_worked(day: date) -> bool:
    kind = SPECIAL.get(day)
    return kind == "make_up" or (day.weekday() <= 4 and kind != "holiday")


def is_office_minute(minute_of_day: int) -> bool:
    hour, minute = divmod(minute_of_day, 60)
    return (7, 0) <= (hour, minute) < (11, 30) or (13, 30) <= (hour, minute) < (17, 0)


OFFICE_DAY = bytes(is_office_minute(minute) for minute in range(DAY))
DAY_OFF = bytes(DAY)
# One byte for every minute: 1 when the office works.
OPEN = b"".join(
    OFFICE_DAY if is_worked(FIRST + timedelta(days=n)) else DAY_OFF
    for n in range((LAST - FIRST).days + 1)
)


class Case(NamedTuple):
    """`limit` in `unit`; supplements (requested, received or None); rows (time, status)."""

    received: int
    due: int | None
    finished: int | None
    status: int
    supplements: tuple[tuple[int, int | None], ...]
    rows: tuple[tuple[int, int], ...]
    limit: int
    unit: str
    ends: str
    moves: bool


class Answer(NamedTuple):
    state: str
    elapsed: int
    due_by_law: int
    timeliness: str | None
    level: str


def is_open(minute: int) -> bool:
    return OPEN[minute - BASE] == 1


def next_open(minute: int) -> int:
    while not is_open(minute):
        minute += 1
    return minute


def worked(begins: int, ends: int) -> int:
    """Office minutes in [begins, ends)."""
    return OPEN.count(1, begins - BASE, max(begins, ends) - BASE)


def stops(case: Case) -> list[tuple[int, int | None]]:
    """Every time the clock stood still: from, and to or None as long as it does."""
    found = list(case.supplements)
    telling = sorted({row for row in case.rows if row[1] in (2, 4, 5, 6, 9, 10)})
    for index, (time, status) in enumerate(telling):
        if status in (5, 6):
            signs = [arrival for _, arrival in case.supplements if arrival and arrival >= time]
            if index + 1 < len(telling):
                signs.append(telling[index + 1][0])
            if signs:
                found.append((time, min(signs)))
            elif case.status not in (9, 10):
                found.append((time, None))
    return found


def add_months(minute: int, months: int) -> int:
    moment = datetime(1970, 1, 1) + timedelta(minutes=minute)  # noqa: DTZ001
    for _ in range(months):
        year, month = (
            (moment.year + 1, 1) if moment.month == 12 else (moment.year, moment.month + 1)
        )
        moment = moment.replace(year=year, month=month, day=1)
    first = datetime(1970, 1, 1) + timedelta(minutes=minute)  # noqa: DTZ001
    day = min(first.day, monthrange(moment.year, moment.month)[1])
    return int((moment.replace(day=day) - datetime(1970, 1, 1)).total_seconds()) // 60  # noqa: DTZ001


def deadline(case: Case, stands_at: int, held: list[tuple[int, int | None]]) -> int:
    """The minute at which the limit is used up, counting minute after minute."""
    by_calendar = case.unit in ("calendar_day", "month")
    begins = next_open(case.received) if by_calendar else case.received
    horizon = max(begins, stands_at) + 120 * DAY
    counts = bytearray(b"\1" * (horizon - begins) if by_calendar else b"")
    counts = counts or bytearray(OPEN[begins - BASE : horizon - BASE])
    if case.moves:
        for since, until in held:
            first = max(since, begins)
            last = max(first, min(stands_at, until or stands_at))
            counts[first - begins : last - begins] = bytes(last - first)
    need = {
        "working_day": case.limit * WORKING_DAY,
        "working_hour": case.limit * 60,
        "calendar_day": case.limit * DAY,
        "month": add_months(begins, case.limit) - begins,
    }[case.unit]
    used_up = next(islice(compress(count(begins), counts), need - 1, None)) + 1
    if case.unit == "working_day" and not is_open(case.received - 1):
        # What begins at an opening is due at an opening.
        used_up = next_open(used_up)
    if case.ends == "day":
        return closing(used_up)
    return next_open(used_up) if by_calendar else used_up


def closing(minute: int) -> int:
    """The end of office time on that day, or on the next day worked."""
    day = minute // DAY
    while not is_open(day * DAY + 8 * 60):
        day += 1
    return day * DAY + 17 * 60


def level(case: Case, due: int, now: int) -> str:
    if now > due:
        return overdue_level(due, now)
    left = worked(now, due)
    limit = case.limit * WORKING_DAY
    if case.unit != "working_day":
        bare = case._replace(supplements=(), rows=())
        limit = worked(case.received, deadline(bare, now, []))
    short = limit <= WORKING_DAY
    # Twice the minutes, so that half of an odd limit is whole; a second is the least unit of time.
    soon = limit * 60 // 2 if short else max(2 * WORKING_DAY * 60, limit * 60 // 5)

    def within(seconds: int) -> bool:
        return left * 60 < seconds or (left * 60 == seconds and is_open(now))

    if not short and within(WORKING_DAY * 60):
        return "apology_due"
    return "due_soon" if within(soon) else "none"


def overdue_level(due: int, now: int) -> str:
    since = worked(due, now)
    name = "overdue"
    for step, days in enumerate((1, 3, 5), 1):
        need = days * WORKING_DAY
        at_opening = not is_open(due - 1)
        if since > need or (since == need and (not at_opening or is_open(now))):
            name = f"escalated_{step}"
    return name


def slow_clock(case: Case, now: int) -> Answer:
    stands_at = now if case.finished is None else case.finished
    held = stops(case)
    waits = case.status in (5, 6) or any(until is None for _, until in held)
    by_calendar = case.unit in ("calendar_day", "month")
    begins = next_open(case.received) if by_calendar else case.received
    whole = bytearray(b"\1" * (stands_at - begins) if by_calendar else b"")
    counts = whole or bytearray(OPEN[begins - BASE : stands_at - BASE])
    for since, until in held:
        first = max(since, begins)
        last = max(first, min(stands_at, until or stands_at))
        counts[first - begins : last - begins] = bytes(last - first)
    by_law = deadline(case, stands_at, held)
    due = by_law if case.due is None else case.due
    state = "stopped" if case.finished is not None else "paused" if waits else "running"
    return Answer(
        state,
        counts.count(1),
        by_law,
        timeliness(case.finished, due),
        level(case, due, now) if state == "running" else "none",
    )


def timeliness(finished: int | None, due: int) -> str | None:
    if finished is None:
        return None
    if finished > due:
        return "late"
    return "early" if finished // DAY < due // DAY else "on_time"
