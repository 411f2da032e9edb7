"""The stretches of time that a reading is for, as they are written on the wire.

Years to hours are those of Vietnam, UTC+7; an instant is UTC. `2023-T1` is the first term of the
school year that begins in 2023. A span goes from the begin of its first part to the end of its
second; two dots stand for a begin that is not known.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal, get_args

PeriodKind = Literal["instant", "hour", "day", "month", "quarter", "year", "term", "span"]
PERIOD_KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)

EXAMPLES: dict[PeriodKind, str] = {
    "instant": "2023-12-31T01:15:00Z",
    "hour": "2023-12-31T08",
    "day": "2023-12-31",
    "month": "2023-12",
    "quarter": "2023-Q4",
    "year": "2023",
    "term": "2023-T1",
    "span": "2021-07/2023-12, 2022/2023 or ../2023",
}
FIRST_YEAR, LAST_YEAR = 1971, 2098
# A term may begin in the year before.
FIRST_INSTANT = int(datetime(FIRST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())
LAST_INSTANT = int(datetime(LAST_YEAR, 12, 31, tzinfo=UTC).timestamp())
YEARS = f"Unix seconds from {FIRST_INSTANT} to {LAST_INSTANT - 1} ({FIRST_YEAR + 1} to {LAST_YEAR})"

HOUR = 3600
DAY = 24 * HOUR
VIETNAM = 7 * HOUR
_EPOCH = date(1970, 1, 1)
_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DATE = rf"{_YEAR}-{_MONTH}-(?P<day>[0-9]{{2}})"
_TIME = r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])"
_PATTERNS: dict[PeriodKind, re.Pattern[str]] = {
    "instant": re.compile(rf"{_DATE}T{_TIME}Z"),
    "hour": re.compile(rf"{_DATE}T(?P<hour>[01][0-9]|2[0-3])"),
    "day": re.compile(_DATE),
    "month": re.compile(rf"{_YEAR}-{_MONTH}"),
    "quarter": re.compile(rf"{_YEAR}-Q(?P<part>[1-4])"),
    "year": re.compile(_YEAR),
    "term": re.compile(rf"{_YEAR}-T(?P<part>[12])"),
    "span": re.compile(r"(?P<first>[0-9-]+|\.\.)/(?P<last>[0-9-]+)"),
}
SPANNED: tuple[PeriodKind, ...] = ("year", "month")


@dataclass(frozen=True, slots=True)
class Period:
    """From `begins` on and before `ends`, Unix seconds; an instant begins when it ends.

    `begins` None: not known.
    """

    text: str
    kind: PeriodKind
    begins: int | None
    ends: int

    @property
    def order(self) -> tuple[int, int]:
        """The latest of several periods has the highest order: the last to end, then to begin."""
        return self.ends, self.begins if self.begins is not None else -1


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """ValueError, which says what is allowed, when the text is no period."""
    for kind, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(text):
            return _span(text) if kind == "span" else _plain(text, kind, found.groupdict())
    raise _wrong(text)


def period_of(kind: PeriodKind, instant: int) -> str:
    """The period of a kind in which an instant (Unix seconds) lies.

    ValueError for a span, and outside the years that periods may be of.
    """
    if kind == "span":
        raise ValueError("an instant lies in many spans; name the span")
    if not FIRST_INSTANT <= instant < LAST_INSTANT:
        raise ValueError(f"{instant} is in no year that has periods; allowed: {YEARS}")
    return _WRITERS[kind](datetime.fromtimestamp(instant + (kind != "instant") * VIETNAM, UTC))


def _plain(text: str, kind: PeriodKind, parts: dict[str, str]) -> Period:
    number = {name: int(value) for name, value in parts.items()}
    if not FIRST_YEAR <= number["year"] <= LAST_YEAR:
        raise _wrong(text)
    try:
        begins, ends = _BOUNDS[kind](number)
    except ValueError:  # the 31st of a month of 30 days
        raise _wrong(text) from None
    return Period(text, kind, begins, ends)


def _span(text: str) -> Period:
    first, _, last = text.partition("/")
    end = parse_period(last)
    begin = None if first == ".." else parse_period(first)
    kinds = {end.kind} if begin is None else {end.kind, begin.kind}
    if len(kinds) > 1 or not kinds <= set(SPANNED) or (begin and begin.ends > end.ends):
        raise _wrong(text)
    return Period(text, "span", begin.begins if begin else None, end.ends)


def _wrong(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a period; allowed: {', '.join(EXAMPLES.values())}")


def _midnight(year: int, month: int, day: int = 1) -> int:
    """The beginning of a day of Vietnam; months after the twelfth are those of the next year."""
    beginning = date(year + (month - 1) // 12, (month - 1) % 12 + 1, day)
    return (beginning - _EPOCH).days * DAY - VIETNAM


def _months(number: dict[str, int], first: int, count: int) -> tuple[int, int]:
    year = number["year"]
    return _midnight(year, first), _midnight(year, first + count)


def _instant(number: dict[str, int]) -> tuple[int, int]:
    second = int(datetime(**number, tzinfo=UTC).timestamp())
    return second, second


def _hour(number: dict[str, int]) -> tuple[int, int]:
    begins = _midnight(number["year"], number["month"], number["day"]) + number["hour"] * HOUR
    return begins, begins + HOUR


def _day(number: dict[str, int]) -> tuple[int, int]:
    begins = _midnight(number["year"], number["month"], number["day"])
    return begins, begins + DAY


def _term(time: datetime) -> str:
    """September to January is the first term, February to August the second."""
    school_year = time.year - (time.month < 9)
    return f"{school_year}-T{2 if 2 <= time.month < 9 else 1}"


# Terms are bounded by whole months: the days are proclaimed each year, and only their order counts.
_BOUNDS: dict[PeriodKind, Callable[[dict[str, int]], tuple[int, int]]] = {
    "instant": _instant,
    "hour": _hour,
    "day": _day,
    "month": lambda number: _months(number, number["month"], 1),
    "quarter": lambda number: _months(number, 3 * number["part"] - 2, 3),
    "year": lambda number: _months(number, 1, 12),
    "term": lambda number: _months(number, 9, 5) if number["part"] == 1 else _months(number, 14, 7),
}
_WRITERS: dict[PeriodKind, Callable[[datetime], str]] = {
    "instant": lambda time: f"{time:%Y-%m-%dT%H:%M:%SZ}",
    "hour": lambda time: f"{time:%Y-%m-%dT%H}",
    "day": lambda time: f"{time:%Y-%m-%d}",
    "month": lambda time: f"{time:%Y-%m}",
    "quarter": lambda time: f"{time:%Y}-Q{(time.month + 2) // 3}",
    "year": lambda time: f"{time:%Y}",
    "term": _term,
}
