"""Times as sources write them, as Unix seconds; a time without a zone is Vietnam's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache, partial
from typing import Any, Final

from connectors.contract.vocabulary import EARLIEST_SECOND, LATEST_SECOND
from connectors.runner.settings import UNIX, UNIX_MILLISECONDS

# Asia/Ho_Chi_Minh has been UTC+7 since 1975.
VIETNAM: Final = timezone(timedelta(hours=7))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 8192

ReadTime = Callable[[Any], int | None]


def reader(time_format: str | None) -> ReadTime:
    """Reads values of one column: Unix seconds, None for an empty one; ValueError, without the
    value, for what is no such time or lies outside the bounds of the log.
    """
    if time_format in (UNIX, UNIX_MILLISECONDS):
        return partial(_unix, 1 if time_format == UNIX else 1000)
    parse = lru_cache(_REMEMBERED)(partial(_parsed, time_format))
    return partial(_calendar, parse)


def _unix(divisor: int, value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is str:
        text = value.strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            raise ValueError("is no Unix time")
        value = int(text)
    if type(value) is float and value == value:  # noqa: PLR0124 - is not NaN
        return _bounded(value // divisor)
    if type(value) is int:
        return _bounded(value // divisor)
    raise ValueError("is no Unix time")


def _calendar(parse: Callable[[str], int], value: Any) -> int | None:
    if type(value) is str:
        text = value.strip()
        return parse(text) if text else None
    if value is None:
        return None
    if isinstance(value, datetime):
        return _seconds(value)
    if isinstance(value, date):
        return _seconds(datetime.combine(value, time()))
    raise ValueError("is no time")


def _parsed(time_format: str | None, text: str) -> int:
    if time_format is None:
        return _seconds(datetime.fromisoformat(text))
    return _seconds(datetime.strptime(text, time_format))  # noqa: DTZ007 - a zone is given below


def _seconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    # Not timestamp(): a fraction of a second must not round up into the next one.
    return _bounded((aware - _EPOCH) // timedelta(seconds=1))


def _bounded(seconds: float) -> int:
    if not EARLIEST_SECOND <= seconds <= LATEST_SECOND:
        raise ValueError("is outside the years of the log")
    return int(seconds)
