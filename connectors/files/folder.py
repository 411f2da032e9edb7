"""What lies in the folder, and which of it is whole."""

import fnmatch
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.clock import Clock
from connectors.files.settings import FilesSettings
from connectors.runner.adapter import SourceError

# Clocks of file servers are taken to differ from ours by less.
SKEW_SECONDS = 60.0
_HIDDEN = (".", "~$")


@dataclass(frozen=True, slots=True)
class Drop:
    """A file that matches. `modified` and `arrived` (the last change of any kind) are ns of the
    file server; `still` are the seconds for which it is known not to have changed.
    """

    name: str
    path: Path
    size: int
    modified: int
    arrived: int
    still: float
    ready: bool

    def same(self, other: "Drop") -> bool:
        mine, others = (
            (self.name, self.size, self.modified),
            (other.name, other.size, other.modified),
        )
        return mine == others


@dataclass(frozen=True, slots=True)
class _Seen:
    name: str
    size: int
    modified: int
    since: float
    renamed: bool


class Folder:
    def __init__(self, settings: FilesSettings, pattern: str, clock: Clock) -> None:
        self._folder = settings.folder
        self._pattern = _folded(pattern)
        self._done = settings.done
        self._settle = settings.settle_seconds
        self._clock = clock
        # By inode, also of files that do not match: a writer may rename when it is done.
        self._seen: dict[tuple[int, int], _Seen] = {}

    def scan(self) -> list[Drop]:
        """Every matching file, oldest first. Raises SourceError."""
        now = self._clock.now()
        seen: dict[tuple[int, int], _Seen] = {}
        try:
            found = dict(self._files())
        except OSError as error:
            raise SourceError(
                f"{self._folder}: cannot be listed: {error.strerror}; the folder must be there, "
                "and readable for the user that runs this"
            ) from None
        drops = []
        for name, status in found.items():
            one = self._look(name, status, now)
            seen[status.st_dev, status.st_ino] = one
            if self._matches(name):
                drops.append(self._drop(one, status, now, found))
        self._seen = seen
        return sorted(drops, key=lambda drop: (drop.modified, drop.name))

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                try:
                    status = entry.stat()
                except OSError:
                    continue  # gone meanwhile, or a link to nowhere
                if stat.S_ISREG(status.st_mode):
                    yield entry.name, status

    def _matches(self, name: str) -> bool:
        if name.startswith(_HIDDEN) or (self._done and name.endswith(self._done)):
            return False
        return fnmatch.fnmatchcase(_folded(name), self._pattern)

    def _look(self, name: str, status: os.stat_result, now: float) -> _Seen:
        before = self._seen.get((status.st_dev, status.st_ino))
        same = before is not None and (before.size, before.modified) == (
            status.st_size,
            status.st_mtime_ns,
        )
        if before is None or not same:
            renamed = before is not None and before.name != name
            return _Seen(name, status.st_size, status.st_mtime_ns, now, renamed)
        renamed = before.renamed or before.name != name
        return _Seen(name, before.size, before.modified, min(before.since, now), renamed)

    def _drop(
        self, one: _Seen, status: os.stat_result, now: float, names: dict[str, os.stat_result]
    ) -> Drop:
        arrived = max(status.st_mtime_ns, status.st_ctime_ns)
        # Files know nothing of the offset of a scenario's clock.
        age = now - self._clock.offset_seconds - arrived / 1e9 - SKEW_SECONDS
        still = max(now - one.since, age)
        if self._done:
            ready = one.name + self._done in names
        else:
            ready = one.renamed or still >= self._settle
        return Drop(
            one.name, self._folder / one.name, one.size, one.modified, arrived, still, ready
        )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).lower()
