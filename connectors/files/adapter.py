"""A folder into which another system drops files, as a source of records."""

import hashlib
import os
from collections.abc import Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import ceil
from typing import BinaryIO, Final

from connectors.clock import Clock
from connectors.files.content import Changed, FileFinding, NotWhole, Reading, hashes, lines_in
from connectors.files.folder import SKEW_SECONDS, Drop, Folder
from connectors.files.formats import FORMATS
from connectors.files.position import Knowledge, Known, State
from connectors.files.settings import FilesSettings
from connectors.runner.adapter import Adapter, Batch, Position, Record, SourceError, Unreadable

# So much of a file that cannot be read goes into the quarantine.
SHOWN_BYTES: Final = 1024**2
# Bytes of a line before any was read; only for telling about how many wait.
_LINE_BYTES: Final = 64.0
# No position: whatever is polled from, the folder is looked at anew.
_NOWHERE: Final = ""


def open_adapter(settings: FilesSettings, connector: str, clock: Clock) -> Adapter:
    """`connector`: csv or xlsx. Opens nothing yet."""
    return FolderAdapter(settings, connector, clock)


@dataclass(slots=True)
class _Open:
    """A file that is being read. It stays open between polls, so that one that is deleted
    meanwhile is read to its end.
    """

    drop: Drop
    file: BinaryIO
    reading: Reading

    def records(self, limit: int) -> list[Record | Unreadable]:
        """Raises Changed, OSError."""
        found = self.reading.records(limit)
        self.check()
        return found

    def check(self) -> None:
        """Raises Changed."""
        if self.changed():
            raise Changed

    def changed(self) -> bool:
        """Whether this is no longer the file that was looked at."""
        try:
            status = os.fstat(self.file.fileno())
        except OSError:  # its file system has gone, or the server has forgotten it
            return True
        return (status.st_size, status.st_mtime_ns) != (self.drop.size, self.drop.modified)

    def known(self, state: State) -> Known:
        drop, reading = self.drop, self.reading
        read, line = reading.read, reading.line
        return Known(drop.name, drop.size, drop.modified, reading.digest(), read, line, state)


class FolderAdapter:
    def __init__(self, settings: FilesSettings, connector: str, clock: Clock) -> None:
        self._settings = settings
        self._format = FORMATS[connector]
        self._clock = clock
        self._folder = Folder(settings, settings.pattern or f"*.{connector}", clock)
        self._rules = _rules(settings)
        self._position: Position | None = _NOWHERE
        self._known = Knowledge(self._rules)
        self._open: _Open | None = None
        self._failure: SourceError | None = None
        self._settled: Set[str] = frozenset()

    def poll(self, position: Position | None, limit: int) -> Batch:
        self._resume(position)
        drops = self._folder.scan()
        present = {drop.name for drop in drops}
        waiting = self._waiting(drops)
        self._settled = present - {drop.name for drop in waiting}
        ready = (drop for drop in waiting if drop.ready)
        records: list[Record | Unreadable] = []
        while len(records) < limit:
            if self._open:
                records += self._read(self._open, limit - len(records))
            elif drop := next(ready, None):
                records += self._start(drop)
            else:
                break
        more = self._open is not None or next(ready, None) is not None
        whole = not more and self._failure is None and all(drop.ready for drop in waiting)
        lost = self._known.give_up(present) if whole else 0
        self._known.forget(present)
        if self._failure and not records:
            self._position = position
            raise self._failure
        self._position = self._known.encode()
        return Batch(records, self._position, more, self._backlog(drops), lost)

    def position_at(self, moment: int) -> Position | None:
        """Before every file that came, or was written into, since `moment`."""
        margin = SKEW_SECONDS + self._settings.settle_seconds
        since = moment - self._clock.offset_seconds - margin
        known = Knowledge(self._rules)
        for drop in self._folder.scan():
            if drop.arrived < since * 1e9:
                try:
                    with drop.path.open("rb") as file:
                        known.put(_as_read(drop, file))
                except (OSError, Changed):
                    continue  # it is read again, which does no harm
        return known.encode()

    def close(self) -> None:
        if self._open:
            self._open.file.close()
        self._open = None

    def _resume(self, position: Position | None) -> None:
        if self._open and self._open.changed():
            self.close()
        if position != self._position:
            self.close()
            self._known = Knowledge.decode(position, self._rules)
        # Should this poll not end well, the next one begins anew.
        self._position, self._failure = _NOWHERE, None

    def _waiting(self, drops: Sequence[Drop]) -> list[Drop]:
        """Those of which something is not read yet; first the one that was being read."""
        waiting = [
            drop
            for drop in drops
            if not (self._open and self._open.drop.same(drop))
            and not self._known.settled(drop.name, drop.size, drop.modified)
        ]
        return sorted(waiting, key=lambda drop: not self._known.unfinished(drop.name))

    def _read(self, opened: _Open, limit: int) -> list[Record | Unreadable]:
        """What is next in the open file; nothing once somebody has written into it: then it is
        opened again when it stands still.
        """
        try:
            records = opened.records(limit)
        except Changed:
            self.close()
            return []
        except OSError as error:
            self._fail(opened.drop, error)
            self.close()
            return []
        finished = opened.reading.finished
        self._known.put(opened.known("read" if finished else "reading"))
        if finished:
            self.close()
        return records

    def _start(self, drop: Drop) -> list[Record | Unreadable]:
        """Open the file where it is to be read on. What is returned is why it cannot be."""
        try:
            with ExitStack() as stack:
                file = stack.enter_context(drop.path.open("rb"))
                finding = self._identify(drop, file)
                if self._open:
                    stack.pop_all()
        except (FileNotFoundError, Changed):
            return []
        except OSError as error:
            self._fail(drop, error)
            return []
        return [finding] if finding else []

    def _identify(self, drop: Drop, file: BinaryIO) -> Unreadable | None:
        try:
            reading = self._reading(drop, file)
        except NotWhole as finding:
            if drop.still < self._settings.patience_seconds:
                return None
            return self._refuse(drop, file, str(finding))
        except FileFinding as finding:
            return self._refuse(drop, file, str(finding))
        if reading:
            opened = _Open(drop, file, reading)
            opened.check()
            self._open = opened
        return None

    def _reading(self, drop: Drop, file: BinaryIO) -> Reading | None:
        """None: this content is known. Raises FileFinding, NotWhole, Changed, OSError."""
        candidates = self._known.candidates(drop.name, drop.size, self._settled)
        found = hashes(file, {0, self._format.needed(drop.size), *(one.read for one in candidates)})
        same = [one for one in candidates if one.digest == found[one.read].hexdigest()]
        for one in same:
            if one.read == drop.size and one.state in ("read", "refused", "replaced"):
                if one.name != drop.name:
                    self._known.replaced(drop.name)
                state: State = "refused" if one.state == "refused" else "read"
                self._known.put(replace(one, name=drop.name, modified=drop.modified, state=state))
                return None
        start = next((one for one in same if self._format.continues(one, file, drop.size)), None)
        if start is None or start.name != drop.name:
            self._known.replaced(drop.name)
            if start and start.state == "reading":
                self._known.moved(start.name)
        return self._format.open(drop, file, self._settings, found, start)

    def _refuse(self, drop: Drop, file: BinaryIO, reason: str) -> Unreadable:
        self._known.put(replace(_as_read(drop, file), line=0, state="refused"))
        file.seek(0)
        return Unreadable(file.read(SHOWN_BYTES), f"the file {reason}", drop.name)

    def _fail(self, drop: Drop, error: OSError) -> None:
        self._failure = SourceError(
            f"{drop.path}: cannot be read: {error.strerror or error}; the user that runs this "
            "must be allowed to read it, and its file system be there"
        )

    def _backlog(self, drops: Sequence[Drop]) -> int:
        """Lines: of the open file exactly, of others from their size."""
        line_bytes = self._known.line_bytes(_LINE_BYTES)
        waiting = self._waiting(drops)
        others = sum(
            ceil(self._known.unread(drop.name, drop.size) / line_bytes) for drop in waiting
        )
        return others + (self._open.reading.remaining if self._open else 0)


def _as_read(drop: Drop, file: BinaryIO) -> Known:
    """Raises OSError, Changed."""
    digest = hashes(file, {drop.size})[drop.size].hexdigest()
    return Known(drop.name, drop.size, drop.modified, digest, drop.size, lines_in(file), "read")


def _rules(settings: FilesSettings) -> str:
    """The settings that decide which files are refused."""
    said = settings.model_dump_json(exclude={"folder", "pattern", "settle_seconds", "done"})
    return hashlib.blake2b(said.encode(), digest_size=4).hexdigest()
