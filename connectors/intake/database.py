"""A connector's own file: what it may not lose and may not put into the log. SQLite, mode 0600."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "intake.sqlite"
KEY_FILE = "quarantine.key"
LOCK_FILE = "running.lock"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS refused (
    hash TEXT PRIMARY KEY, source TEXT NOT NULL, letter BLOB NOT NULL, state TEXT NOT NULL,
    original BLOB, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refused_by_expiry ON refused (expires_at) WHERE original IS NOT NULL;
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, kind TEXT NOT NULL, accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL, repeated INTEGER NOT NULL, unknown INTEGER NOT NULL,
    backlog INTEGER, last_event_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (
    source TEXT PRIMARY KEY, position TEXT, generation INTEGER NOT NULL
) STRICT;
"""
# What tables have gained since they were first made.
_ADDED = (
    ("sources", "topic", "TEXT NOT NULL DEFAULT 'ioc.public-administration'"),
    ("sources", "known_since", "INTEGER"),
    ("sources", "reminders", "INTEGER NOT NULL DEFAULT 0"),
    ("sources", "reminders_year", "TEXT NOT NULL DEFAULT ''"),
    ("sources", "reminded_of", "INTEGER"),
    ("sources", "lost", "INTEGER NOT NULL DEFAULT 0"),
)


class DataFolderError(Exception):
    """The data folder cannot be used: which one, why, and what to do."""


class Database:
    """One connection, used from any thread, one transaction at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises DataFolderError."""
        try:
            _make_private(folder)
            self._connection = sqlite3.connect(
                folder / FILE, timeout=10, check_same_thread=False, isolation_level=None
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._connection.execute(f"PRAGMA {pragma}").fetchall()
            self._connection.executescript(_SCHEMA)
            self._add_columns()
        except (OSError, sqlite3.Error) as error:
            raise DataFolderError(
                f"{folder}: {error}; name a folder on a local disk that we may write, with --data"
            ) from error
        self._lock = threading.Lock()

    def _add_columns(self) -> None:
        for table, column, kind in _ADDED:
            known = self._connection.execute(f"PRAGMA table_info({table})").fetchall()
            if column not in {row[1] for row in known}:
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its journal the mode of the database.
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)
    os.close(descriptor)


@contextmanager
def only_connector(folder: Path) -> Iterator[None]:
    """Holds the folder for one running connector; raises DataFolderError when another has it.

    Two would count apart and contradict each other in heartbeats.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataFolderError(f"{folder}: {error}; name another with --data") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise DataFolderError(
            f"{folder}: another connector is running on it; stop it, or name another with --data"
        ) from error
    finally:
        os.close(descriptor)
