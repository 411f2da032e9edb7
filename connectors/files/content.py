"""Files by their content: digests of their beginnings, and what a reader of one offers."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Protocol

from connectors.runner.adapter import Record, Unreadable

CHUNK = 1024**2


class FileFinding(Exception):
    """The whole file cannot be read: what is wrong with it, without anything that is in it."""


class NotWhole(Exception):
    """As `FileFinding`, of a file that may still be on its way."""


class Changed(Exception):
    """Somebody wrote into the file while it was read."""


class Reading(Protocol):
    """A file that is being read. `read` bytes, `line` lines were read; `remaining`: lines that
    follow, about; `finished`: none does.
    """

    read: int
    line: int
    remaining: int
    finished: bool

    def records(self, limit: int) -> list[Record | Unreadable]:
        """The next ones, at most `limit`. Raises OSError, Changed."""
        ...

    def digest(self) -> str:
        """Of the bytes read."""
        ...


def hashes(file: BinaryIO, sizes: Iterable[int]) -> "dict[int, hashlib.blake2b]":
    """The hash of the first n bytes, for each n of `sizes`. Raises Changed when there are less."""
    file.seek(0)
    hasher = hashlib.blake2b(digest_size=8)
    found = {}
    at = 0
    for size in sorted(set(sizes)):
        while at < size:
            chunk = file.read(min(CHUNK, size - at))
            if not chunk:
                raise Changed
            hasher.update(chunk)
            at += len(chunk)
        found[size] = hasher.copy()
    return found


def lines_in(file: BinaryIO) -> int:
    """Line ends, about: none is decoded."""
    file.seek(0)
    return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))


def places(header: Sequence[str], columns: Sequence[str]) -> list[tuple[str, int]]:
    """(name, place) of each column that has a name; expected ones have it as it is expected.

    Raises FileFinding, which names only columns that are expected.
    """
    names = [plain(cell) for cell in header]
    expected = {plain(column): column for column in columns}
    if missing := [column for name, column in expected.items() if name not in names]:
        raise FileFinding(
            f"has no column {', '.join(map(repr, missing))}: its header has "
            f"{sum(map(bool, names))} named columns; expected: {', '.join(map(repr, columns))}"
        )
    doubled = {name for name in names if name and names.count(name) > 1}
    if doubled & (expected.keys() or doubled):
        named = ", ".join(repr(expected[name]) for name in doubled if name in expected)
        raise FileFinding(f"has a column twice in its header{': ' if named else ''}{named}")
    if not any(names):
        raise FileFinding("has a header without names of columns")
    return [(expected.get(name, name), place) for place, name in enumerate(names) if name]


def plain(name: str) -> str:
    """A column's name however it is composed and spaced."""
    return " ".join(unicodedata.normalize("NFC", name).split())
