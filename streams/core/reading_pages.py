"""How readings lie in memory: pages of packed records, sorted by period.

A record is told in 21 bytes (period, value, time) and marked in 28 (version, source): a station
that measures every five minutes for a year takes some 5 MB. The two are kept apart, so that a page
is hashed as it lies, without who said what when.
"""

from bisect import bisect_left
from functools import lru_cache
from hashlib import blake2b
from math import isnan, nan
from struct import Struct
from typing import Final, NamedTuple

from seeds.periods import Period, PeriodKind, parse_period, period_of
from streams.core.events import ReadingLike, RefusedError
from streams.core.packing import VERSION, Names, pack_version

# A page holds the periods that end within so many seconds, some 12 days.
PAGE_BITS: Final = 20

# End, begin (0: not known), form: sorted like Period.order. Then value (nan: none) and time.
_KEY: Final = Struct(">IIB")
_TOLD: Final = Struct(f">{_KEY.size}sdI")
_MARK: Final = Struct(f">{VERSION.size}sI")

# Which text a key stands for: spans of years and of months may have the same begin and end.
_FORMS: Final[tuple[PeriodKind, ...]] = (
    "instant", "hour", "day", "month", "quarter", "year", "term",
)  # fmt: skip
_SPAN_OF: Final[dict[int, PeriodKind]] = {len(_FORMS): "year", len(_FORMS) + 1: "month"}
_YEAR_LETTERS: Final = 4


class Told(NamedTuple):
    """One reading as it is held; `time` in Unix seconds, `observed_at` in Unix microseconds.

    `value` None: the source says that there is none.
    """

    period: str
    value: float | None
    time: int
    source: str
    observed_at: int


@lru_cache(maxsize=16_384)
def key_of(period: str) -> bytes:
    """RefusedError when the text is no period, or one at the edge of what can be written."""
    try:
        found = parse_period(period)
        key = _KEY.pack(found.ends, found.begins or 0, _form(found))
        is_written_so = period_at(key) == period
    except ValueError:
        is_written_so = False
    if not is_written_so:
        raise RefusedError("period: is none that there is from 1973 to 2097")
    return key


def _form(period: Period) -> int:
    if period.kind != "span":
        return _FORMS.index(period.kind)
    return len(_FORMS) + (len(period.text.partition("/")[2]) > _YEAR_LETTERS)


def period_at(key: bytes) -> str:
    """The text of the period that has the key."""
    ends, begins, form = _KEY.unpack(key)
    kind = _SPAN_OF.get(form)
    if kind is None:
        return period_of(_FORMS[form], begins)
    first = period_of(kind, begins) if begins else ".."
    return f"{first}/{period_of(kind, ends - 1)}"


class Record(NamedTuple):
    """A reading, packed."""

    told: bytes
    mark: bytes

    @property
    def key(self) -> bytes:
        return self.told[: _KEY.size]

    @property
    def page(self) -> int:
        """The number of the page on which it belongs."""
        return int.from_bytes(self.told[:4]) >> PAGE_BITS

    @property
    def version(self) -> bytes:
        return self.mark[: VERSION.size]


def pack_reading(event: ReadingLike, names: Names) -> Record:
    """Raises RefusedError, ValueError or struct.error when a value is out of its range."""
    value = nan if event.value is None else event.value
    told = _TOLD.pack(key_of(event.period), value, event.time)
    return Record(told, _MARK.pack(pack_version(event), names.number(event.source)))


class Page:
    """Readings of one series, the newest version per period, in the order of the periods.

    `digest` is the page's part of the state's hash, None: to be computed; `prefix` tells the
    series apart in it.
    """

    __slots__ = ("_marks", "_prefix", "_told", "digest")

    def __init__(self, prefix: bytes) -> None:
        self.digest: int | None = None
        self._prefix = prefix
        self._told = bytearray()
        self._marks = bytearray()

    def __len__(self) -> int:
        return len(self._told) // _TOLD.size

    def place(self, key: bytes) -> tuple[int, bool]:
        """Where the period is, or belongs, and whether it is there."""
        told, size = self._told, _TOLD.size
        if key > told[-size : _KEY.size - size]:
            return len(told) // size, False
        at = bisect_left(range(len(told) // size), key, key=self._key)
        return at, self._key(at) == key

    def _key(self, at: int) -> bytes:
        first = at * _TOLD.size
        return bytes(self._told[first : first + _KEY.size])

    def version(self, at: int) -> bytes:
        first = at * _MARK.size
        return bytes(self._marks[first : first + VERSION.size])

    def content(self, at: int) -> tuple[float | None, int]:
        """Value and time."""
        _, value, time = _TOLD.unpack_from(self._told, at * _TOLD.size)
        return None if isnan(value) else value, time

    def put(self, at: int, record: Record, *, anew: bool) -> None:
        """Writes at that place: between what is there (`anew`), or over it."""
        told, mark = record
        self._told[at * _TOLD.size : (at + 1 - anew) * _TOLD.size] = told
        self._marks[at * _MARK.size : (at + 1 - anew) * _MARK.size] = mark

    def read(self, at: int, names: Names) -> Told:
        key, value, time = _TOLD.unpack_from(self._told, at * _TOLD.size)
        version, source = _MARK.unpack_from(self._marks, at * _MARK.size)
        _, observed_at, _ = VERSION.unpack(version)
        told = None if isnan(value) else value
        return Told(period_at(key), told, time, names[source] or "", observed_at)

    def latest(self) -> int | None:
        """Where the last period with a value is."""
        places = range(len(self) - 1, -1, -1)
        return next((at for at in places if self.content(at)[0] is not None), None)

    def compute_digest(self, _: Names) -> int:
        """128 bits over series, periods, values and times: not over who said them, or when."""
        return int.from_bytes(blake2b(self._prefix + self._told, digest_size=16).digest())
