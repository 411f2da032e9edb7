"""Rows of stations in each of the places that a source may have them, out of sight until asked."""

import csv
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from connectors.simulator.feeds.rows import Cell
from connectors.simulator.feeds.sheets import xlsx_bytes
from deploy.local.databases import MariaDb, PostgreSql, Server

COLUMNS = ("id", "luc", "tram", "man")
SELECT = "SELECT id, luc, tram, man FROM mau ORDER BY luc, id"
STATIONS = 100
BEGIN = datetime(2023, 1, 1, tzinfo=UTC)

Row = tuple[int, str, str, float]


def rows(count: int) -> Iterator[Row]:
    """One reading each, of a hundred stations every minute: id, time of Vietnam, station, g/l."""
    for number in range(count):
        minute = BEGIN + timedelta(minutes=number // STATIONS)
        station = f"tram-{number % STATIONS:02}"
        yield number, minute.strftime("%Y-%m-%d %H:%M:%S"), station, number * 7919 % 4000 / 1000


class Place(Protocol):
    """`settings`: the table of its family in `[[source]]`."""

    family: str

    @property
    def settings(self) -> Mapping[str, Any]: ...

    def show(self) -> None:
        """The rows are there, all at once."""
        ...

    def hide(self) -> None: ...

    def remove(self) -> None: ...


class File:
    family = "files"

    def __init__(self, directory: Path, connector: str, count: int) -> None:
        folder = directory / f"{connector}-folder"
        folder.mkdir()
        self.settings: Mapping[str, Any] = {"folder": str(folder), "settle_seconds": 0.0}
        self._shown = folder / f"stations.{connector}"
        self._hidden = directory / f"hidden.{connector}"
        if connector == "csv":
            with self._hidden.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([COLUMNS, *rows(count)])
        else:
            named: list[Mapping[str, Cell]] = [
                dict(zip(COLUMNS, row, strict=True)) for row in rows(count)
            ]
            self._hidden.write_bytes(xlsx_bytes(named))

    def show(self) -> None:
        self._hidden.rename(self._shown)

    def hide(self) -> None:
        self._shown.rename(self._hidden)

    def remove(self) -> None: ...


class Sqlite:
    family = "sql"

    def __init__(self, directory: Path, count: int) -> None:
        self._file = directory / "stations.db"
        self.settings: Mapping[str, Any] = {"file": str(self._file), **_READ_ON}
        with closing(sqlite3.connect(self._file)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            for table in ("mau", "an"):
                database.execute(f"CREATE TABLE {table} {_DEFINED.format(time='TEXT')}")
                database.execute(f"CREATE INDEX {table}_luc ON {table} (luc, id)")
            database.executemany("INSERT INTO an VALUES (?, ?, ?, ?)", rows(count))
            database.commit()

    def show(self) -> None:
        with closing(sqlite3.connect(self._file, timeout=30)) as database:
            database.executescript(f"BEGIN; {'; '.join(_SWAP)}; COMMIT")

    hide = show

    def remove(self) -> None: ...


class Served:
    """Tables of a database server."""

    family = "sql"

    def __init__(self, server: Server, count: int) -> None:
        self._server = server
        server.start()
        mariadb = server.connector == "mariadb"
        defined = _DEFINED.format(time="DATETIME" if mariadb else "TIMESTAMP")
        for table in ("mau", "an"):
            server.execute(
                f"CREATE TABLE {table} {defined}", f"CREATE INDEX {table}_luc ON {table} (luc, id)"
            )
        with closing(server.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.executemany("INSERT INTO an VALUES (%s, %s, %s, %s)", list(rows(count)))
            connection.commit()
        server.execute("ANALYZE TABLE an" if mariadb else "ANALYZE an")
        self._swap = (_SWAP_AT_ONCE,) if mariadb else _SWAP
        self.settings: Mapping[str, Any] = server.settings(**_READ_ON).model_dump(
            mode="json", exclude_unset=True
        )

    def show(self) -> None:
        self._server.execute(*self._swap)

    hide = show

    def remove(self) -> None:
        self._server.remove()


_READ_ON = {"table": "mau", "watermark": "luc", "key": "id"}
_DEFINED = "(id INTEGER PRIMARY KEY, luc {time}, tram VARCHAR(20), man DOUBLE PRECISION)"
_SWAP = (
    "ALTER TABLE mau RENAME TO giua",
    "ALTER TABLE an RENAME TO mau",
    "ALTER TABLE giua RENAME TO an",
)
_SWAP_AT_ONCE = "RENAME TABLE mau TO giua, an TO mau, giua TO an"


def place(directory: Path, connector: str, count: int) -> Place:
    """Hidden at first. Raises MissingProgramError, StartError."""
    match connector:
        case "postgresql":
            return Served(PostgreSql(), count)
        case "mariadb":
            return Served(MariaDb(), count)
        case "sqlite":
            return Sqlite(directory, count)
        case _:
            return File(directory, connector, count)
