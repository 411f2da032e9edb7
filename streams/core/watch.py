"""What is published of cases on the ladder: topic ioc.watch, compacted, a row for each case.

The log of the sources is the truth; a row says what follows from it. `(offset, instant)` orders
the rows of a case: what its facts are follows from the offset of the last bundle that touched it,
and on which rung it stands by them follows from the threshold that passed last. So whoever folds
the same log by the same law writes the same rows, and a row that comes late (from a worker that
does not know that it lost its partition) is lower than what is there, and is ignored. To go back
all the same, after the law or the log was replaced, a tombstone comes first.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, get_args

from streams.core.legal.ladder import Level

LEVELS: Final[tuple[Level, ...]] = get_args(Level)

# What goes into the log: the key and the value, None for a tombstone.
Record = tuple[bytes, bytes | None]


class UnreadableRowError(ValueError):
    """A record of ioc.watch that is no row; says what is wrong."""


class WatchRow(NamedTuple):
    """Times in Unix seconds. `since`: when the rung was reached; None for level none. `offset`: of
    the last bundle of the source topic that touched the case. `instant`: the threshold that was
    the last to pass since; 0 when none has.
    """

    kind: str
    case: str
    agency: str | None
    level: Level
    since: int | None
    due: int | None
    offset: int
    instant: int

    @property
    def key(self) -> bytes:
        return key_of(self.kind, self.case)

    @property
    def order(self) -> tuple[int, int, int]:
        """Rungs that were all reached before the clock began have one instant."""
        return self.offset, self.instant, LEVELS.index(self.level)

    def encoded(self) -> bytes:
        """The one JSON form of the row."""
        return json.dumps(self._asdict(), ensure_ascii=False, separators=(",", ":")).encode()


def key_of(kind: str, case: str) -> bytes:
    """A kind has no slash; the id of a case may have some."""
    return f"{kind}/{case}".encode()


def decoded(key: bytes, value: bytes) -> WatchRow:
    """The row of a record; fields that are not known are passed over. Raises UnreadableRowError."""
    try:
        found = json.loads(value)
        row = WatchRow(**{name: found[name] for name in WatchRow._fields})
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableRowError(f"no row of ioc.watch: {type(error).__name__} {error}") from error
    for name, allowed in _TYPES.items():
        if type(getattr(row, name)) not in allowed:
            raise UnreadableRowError(f"{name} of a row is a {type(getattr(row, name)).__name__}")
    if row.level not in LEVELS:
        raise UnreadableRowError(f"level {row.level!r}; allowed: {', '.join(LEVELS)}")
    if row.key != key:
        raise UnreadableRowError("a row under the key of another case")
    return row


_TEXT, _INSTANT = (str,), (int, type(None))
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "kind": _TEXT,
    "case": _TEXT,
    "agency": (str, type(None)),
    "level": _TEXT,
    "since": _INSTANT,
    "due": _INSTANT,
    "offset": (int,),
    "instant": (int,),
}


class Published(NamedTuple):
    """What a partition of ioc.watch holds under one key.

    `row` is what readers hold; None when they could read none. `written_at`: the time of its
    record, Unix seconds. `last`: it is the last record under its key, which compaction keeps.
    """

    row: WatchRow | None
    written_at: int
    last: bool


class WatchTable:
    """A reader of one partition of ioc.watch: hand it every record, in the order of the log."""

    def __init__(self) -> None:
        self._entries: dict[bytes, Published] = {}

    def apply(self, key: bytes, value: bytes | None, written_at: int) -> None:
        """Never raises; a row lower than the one that is held changes nothing for readers."""
        if value is None:
            self._entries.pop(key, None)
            return
        known = self._entries.get(key)
        held = known.row if known else None
        try:
            row = decoded(key, value)
        except UnreadableRowError:
            self._entries[key] = Published(held, written_at, last=False)
            return
        lower = held is not None and row.order < held.order
        self._entries[key] = Published(held if lower else row, written_at, last=not lower)

    def keys(self) -> Iterable[bytes]:
        return self._entries.keys()

    def get(self, key: bytes) -> Published | None:
        return self._entries.get(key)

    def current(self) -> dict[bytes, WatchRow]:
        """The cases that stand on a rung."""
        return {
            key: entry.row
            for key, entry in self._entries.items()
            if entry.row is not None and entry.row.level != "none"
        }


def differences(
    table: WatchTable,
    wanted: Callable[[bytes], WatchRow | None],
    keys: Iterable[bytes],
    tombstones_before: int,
) -> Iterator[Record]:
    """What to write, in this order, that readers hold what is wanted under these keys.

    `wanted` gives the row of a case, level none included, or None for a case that there is not.
    A row of level none that was written at `tombstones_before` or earlier goes.
    """
    for key in keys:
        published, row = table.get(key), wanted(key)
        for one in _missing(published, row, tombstones_before):
            yield key, one and one.encoded()


def _missing(
    published: Published | None, wanted: WatchRow | None, tombstones_before: int
) -> tuple[WatchRow | None, ...]:
    if published is None:
        return () if wanted is None or wanted.level == "none" else (wanted,)
    if wanted is None:
        return (None,)
    held = published.row
    idle = held is not None and held.level == wanted.level == "none"
    if published.last and (idle or held == wanted):
        return (None,) if idle and published.written_at <= tombstones_before else ()
    if held is None or held == wanted or wanted.order > held.order:
        return (wanted,)
    return (None, wanted)
