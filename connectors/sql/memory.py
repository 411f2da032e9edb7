"""Which rows were given, as they were: so that a look back gives only what is new.

Kept in this process; what is kept over a restart is a sum for each of a few groups of rows. A group
whose rows still add up to it has nothing new.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

from connectors.sql.query import Row

# Rows remembered; a database that brings more within the overlap is looked back into less far.
KEPT = 500_000
GROUPS = 16
_MODULUS = 2**64


class Seen(NamedTuple):
    digest: int
    watermark: Any


def seen(row: Row, watermark: Any) -> Seen:
    digest = blake2b(repr(row).encode(), digest_size=8).digest()
    return Seen(int.from_bytes(digest, "big"), watermark)


class Memory:
    """Rows by key. What was given counts only once it is known to be in the log."""

    def __init__(self) -> None:
        self._in_log: dict[Any, Seen] = {}
        self._given: dict[Any, Seen] = {}

    def is_new(self, key: Any, row: Seen) -> bool:
        """And remembers that it is given."""
        if row == (self._given.get(key) or self._in_log.get(key)):
            return False
        self._given[key] = row
        return True

    def settle(self) -> None:
        """What was given is in the log."""
        for key, row in self._given.items():
            # At the end, also where an older version stood: the first is the one given longest ago.
            self._in_log.pop(key, None)
            self._in_log[key] = row
        self._given = {}
        for key in list(islice(self._in_log, max(len(self._in_log) - KEPT, 0))):
            del self._in_log[key]

    def take_back(self) -> None:
        """What was given may not be in the log."""
        self._given = {}

    def clear(self) -> None:
        self._in_log.clear()
        self._given = {}

    def reaches_back_to(self, since: Any) -> Any:
        """The watermark from which on every row given is remembered, `since` or later."""
        if len(self._in_log) < KEPT:
            return since
        return max(since, next(iter(self._in_log.values())).watermark)

    def forget_before(self, since: Any) -> None:
        self._in_log = {key: row for key, row in self._in_log.items() if row.watermark >= since}

    def sums(self, since: Any) -> list[int]:
        """Of each group, over the rows from the watermark on, those just given included."""
        return _sums(
            (key, row)
            for key, row in (self._in_log | self._given).items()
            if row.watermark >= since
        )

    def trust(self, found: Mapping[Any, Seen], sums: Sequence[int]) -> None:
        """Remember, as in the log, the rows of those groups that still add up."""
        whole = [now == then for now, then in zip(_sums(found.items()), sums, strict=True)]
        self._in_log |= {key: row for key, row in found.items() if whole[_group(key)]}


def _sums(rows: Iterable[tuple[Any, Seen]]) -> list[int]:
    sums = [0] * GROUPS
    for key, row in rows:
        group = _group(key)
        sums[group] = (sums[group] + row.digest) % _MODULUS
    return sums


def _group(key: Any) -> int:
    return crc32(repr(key).encode()) % GROUPS
