"""Where a system's rows can be read: in answers to HTTP, in files of a folder, in a database."""

import os
import sqlite3
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from connectors.simulator.feeds.rows import Row
from connectors.simulator.feeds.sheets import csv_bytes, xlsx_bytes
from connectors.simulator.feeds.systems import System

# Rows in one answer, about; and those that an interface still has.
PAGE, KEPT = 2_000, 50_000
_CASE_KEY, _CHANGED = "ma", "cap_nhat"


class Outlet(Protocol):
    def publish(self, rows: Sequence[Row], at: int) -> None:
        """Let these be read from now on; `at` is the moment, Unix milliseconds, never twice."""
        ...

    def close(self) -> None: ...


class Interface:
    """Answers with what was published after a cursor, oldest first."""

    def __init__(self) -> None:
        self._rows: deque[tuple[int, Row]] = deque(maxlen=KEPT)

    def publish(self, rows: Sequence[Row], at: int) -> None:
        self._rows.extend((at, row) for row in rows)

    def answer(self, cursor: int) -> dict[str, Any]:
        """`next` is the cursor to go on with. What was published together is told together."""
        first = bisect_right(self._rows, cursor, key=lambda one: one[0])
        page = list(self._rows)[first:]
        if len(page) > PAGE:
            last = page[PAGE - 1][0]
            page = [one for one in page if one[0] <= last]
        following = page[-1][0] if page else cursor
        return {"data": {"items": [row for _, row in page]}, "next": str(following)}

    def close(self) -> None:
        pass


class Folder:
    """A file for all that is published at once, whole when it gets its name."""

    def __init__(self, system: System, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._system = system
        self._folder = folder

    def publish(self, rows: Sequence[Row], at: int) -> None:
        if rows:
            drop(
                self._folder / f"{self._system.name}-{at}.{self._system.road}", self._content(rows)
            )

    def _content(self, rows: Sequence[Row]) -> bytes:
        if self._system.road == "xlsx":
            return xlsx_bytes(rows)
        return csv_bytes(rows, self._system.writing)

    def close(self) -> None:
        pass


def drop(file: Path, content: bytes) -> None:
    """Written beside under another name, then renamed."""
    beside = file.with_name(f".{file.name}.part")
    beside.write_bytes(content)
    os.replace(beside, file)  # noqa: PTH105  # atomic, and said so


class Table:
    """A table of an SQLite database: cases are replaced, measured values added. `cap_nhat` is when
    a row was last written, Unix milliseconds, and `id` counts the rows.
    """

    def __init__(self, system: System, database: Path) -> None:
        database.parent.mkdir(parents=True, exist_ok=True)
        self._cases = system.keeps_cases
        self._base = sqlite3.connect(database, check_same_thread=False)
        # Readers go on while we write; what a machine that fails takes with it can be made again.
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=OFF")
        self._table = table_of(system)
        self._columns: tuple[str, ...] = ()

    def publish(self, rows: Sequence[Row], at: int) -> None:
        if not rows:
            return
        if not self._columns:
            self._create(tuple(rows[0]))
        names = ", ".join((*self._columns, _CHANGED))
        places = ", ".join("?" * (len(self._columns) + 1))
        with self._base:
            self._base.executemany(
                f"INSERT INTO {self._table} ({names}) VALUES ({places}){self._replacing()}",  # noqa: S608  # names of ours
                [(*row.values(), at) for row in rows],
            )

    def _create(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        unique = f", UNIQUE ({_CASE_KEY})" if self._cases else ""
        with self._base:
            self._base.execute(
                f"CREATE TABLE IF NOT EXISTS {self._table} "
                f"(id INTEGER PRIMARY KEY, {', '.join(columns)}, {_CHANGED} INTEGER{unique})"
            )
            self._base.execute(
                f"CREATE INDEX IF NOT EXISTS {self._table}_{_CHANGED} "
                f"ON {self._table} ({_CHANGED}, id)"
            )

    def _replacing(self) -> str:
        if not self._cases:
            return ""
        kept = (column for column in (*self._columns, _CHANGED) if column != _CASE_KEY)
        changes = ", ".join(f"{column} = excluded.{column}" for column in kept)
        return f" ON CONFLICT ({_CASE_KEY}) DO UPDATE SET {changes}"

    def close(self) -> None:
        self._base.close()


def table_of(system: System) -> str:
    return "ho_so" if system.keeps_cases else "so_lieu"


def folder_of(data: Path, system: System) -> Path:
    return data / "files" / system.name


def database_of(data: Path, system: System) -> Path:
    return data / "databases" / f"{system.name}.db"


def open_outlet(system: System, data: Path) -> Interface | Folder | Table:
    match system.road:
        case "http-json":
            return Interface()
        case "csv" | "xlsx":
            return Folder(system, folder_of(data, system))
        case "sqlite":
            return Table(system, database_of(data, system))


def close_all(outlets: Iterable[Outlet]) -> None:
    for outlet in outlets:
        outlet.close()
