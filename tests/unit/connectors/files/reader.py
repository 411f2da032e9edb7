"""A folder, and what a runner would do with it."""

import csv
import io
import os
import time
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from connectors.clock import Clock
from connectors.files.adapter import open_adapter
from connectors.files.settings import FilesSettings
from connectors.runner.adapter import Adapter, Batch, Position, Record, Unreadable


class HandClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        super().__init__(offset_seconds)
        self.time = time.time() + offset_seconds

    def now(self) -> float:
        return self.time


class Source:
    """Polls like the runner: what was brought is acknowledged before the next poll."""

    opened: ClassVar[list["Source"]] = []

    def __init__(self, folder: Path, connector: str = "csv", **settings: Any) -> None:
        self.folder = folder
        self.clock = HandClock()
        self.connector = connector
        given = {"folder": folder, "settle_seconds": 0, "patience_seconds": 0} | settings
        self.settings = FilesSettings.model_validate(given)
        self.position: Position | None = None
        self.adapter: Adapter = self._open()
        self.opened.append(self)

    def _open(self) -> Adapter:
        return open_adapter(self.settings, self.connector, self.clock)

    def restart(self) -> None:
        self.adapter.close()
        self.adapter = self._open()

    def poll(self, limit: int = 1000) -> Batch:
        batch = self.adapter.poll(self.position, limit)
        self.position = batch.position
        return batch

    def everything(self, limit: int = 1000) -> list[Record | Unreadable]:
        found: list[Record | Unreadable] = []
        while True:
            batch = self.poll(limit)
            found += batch.records
            if not batch.more:
                return found

    def values(self, limit: int = 1000) -> list[dict[str, Any]]:
        """Of everything; none of it may be unreadable."""
        found = self.everything(limit)
        unreadable = [one for one in found if isinstance(one, Unreadable)]
        assert unreadable == []
        return [dict(one.values) for one in found if isinstance(one, Record)]

    def findings(self) -> list[str]:
        """Reasons; there may be no records."""
        found = self.everything()
        assert [one for one in found if isinstance(one, Record)] == []
        return [one.reason for one in found if isinstance(one, Unreadable)]


def text(
    header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\n"
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def drop(path: Path, content: str | bytes, at: float | None = None) -> Path:
    """`at`: when it was written, Unix seconds."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if at is not None:
        os.utime(path, (at, at))
    return path


TONES = "\u0300\u0301\u0303\u0309\u0323"


def cp1258(content: str) -> bytes:
    """As Windows writes Vietnamese: a letter, then its tone."""

    def written(letter: str) -> str:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        shape = base + "".join(mark for mark in marks if mark not in TONES)
        return unicodedata.normalize("NFC", shape) + "".join(m for m in marks if m in TONES)

    return "".join(map(written, content)).encode("cp1258")
