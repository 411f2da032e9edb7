"""The cells of a record: there, empty, or not there at all. RefusedError names the column."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from connectors.intake.refusals import Reason, RefusedError
from connectors.runner.times import VIETNAM, ReadTime

# Observed later than so many seconds ahead of the clock is a mistake, not a clock a little fast.
AHEAD_SECONDS: Final = 300
LARGEST_REVISION: Final = 2**62

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ABSENT = object()
_REMEMBERED = 50_000
K = TypeVar("K")
V = TypeVar("V")


class Cells:
    """`sparse`: a member that is not there is empty, as in JSON; else it is a moved column."""

    def __init__(self, *, sparse: bool) -> None:
        self.sparse = sparse

    def get(self, values: Mapping[str, Any], column: str) -> Any:
        found = values.get(column, _ABSENT)
        if found is not _ABSENT:
            return found
        if self.sparse:
            return None
        raise RefusedError(column, Reason.NO_SUCH_COLUMN)

    def text(self, values: Mapping[str, Any], column: str) -> str:
        """The text, or the whole number as text; empty where there is none."""
        found = self.get(values, column)
        if type(found) is str:
            return found.strip()
        if found is None:
            return ""
        if type(found) is int:
            return str(found)
        if type(found) is float and found.is_integer() and abs(found) < 1e15:
            return str(int(found))  # a spreadsheet's only numbers
        raise RefusedError(column, Reason.WRONG_TYPE)

    def required(self, values: Mapping[str, Any], column: str) -> str:
        found = self.text(values, column)
        if not found:
            raise RefusedError(column, Reason.MISSING)
        return found

    def time(self, values: Mapping[str, Any], column: str, read: ReadTime) -> int | None:
        try:
            return read(self.get(values, column))
        except (ValueError, OverflowError):
            raise RefusedError(column, Reason.NOT_AN_INSTANT) from None

    def revision(self, values: Mapping[str, Any], column: str | None) -> int:
        """A whole number, or a time as Unix microseconds; 0 without a column or in an empty one."""
        found = self.get(values, column) if column else None
        if found is None or found == "":
            return 0
        try:
            revision = _revision(found)
        except (ValueError, OverflowError):
            revision = -1
        if not 0 <= revision < LARGEST_REVISION:
            raise RefusedError(column or "", Reason.NOT_A_REVISION)
        return revision


def _revision(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is str:
        text = value.strip()
        if text.isascii() and text.isdigit():
            return int(text[:20])
        value = datetime.fromisoformat(text)
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=VIETNAM)
        return (aware - _EPOCH) // _MICROSECOND
    raise ValueError("is no revision")


def remember(memory: dict[K, V], key: K, value: V) -> V:
    """Keep what strangers make us look up, but not without bound."""
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = value
    return value
