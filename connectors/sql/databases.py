"""What differs between PostgreSQL, MariaDB and SQLite: connecting, quoting, placeholders."""

import os
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
import pymysql

from connectors.sql.settings import SqlSettings

# A time without a zone is Vietnam's; a zone of the session makes the others so too.
VIETNAM = "+07:00"
DEFAULT_PORTS = {"postgresql": 5432, "mariadb": 3306}
CONNECT_SECONDS = 5
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Database:
    """One kind of database. `quote` stands around names, `mark` for a value; `errors` are all that
    its driver raises. `in_bytes` makes texts compare byte by byte, where they would not.
    """

    connect: Callable[[SqlSettings], Any]
    quote: str
    mark: str
    errors: tuple[type[Exception], ...]
    in_bytes: str = "{}"

    def name(self, name: str) -> str:
        return ".".join(f"{self.quote}{part}{self.quote}" for part in name.split("."))

    def escaped(self, query: str) -> str:
        """Query text beside which values are given."""
        return query.replace("%", "%%") if self.mark == "%s" else query


def _password(settings: SqlSettings) -> str | None:
    file = settings.password_file
    return None if file is None else file.read_text(encoding="utf-8").strip()


class _Patient(psycopg.Connection[Any]):
    """Waits for no answer longer than `longest` seconds: a frozen server, or one whose network went
    away, says nothing of its statement_timeout either.
    """

    longest = 30.0

    def wait(self, *arguments: Any, **named: Any) -> Any:
        giving_up = threading.Timer(self.longest, self._hang_up)
        giving_up.daemon = True
        giving_up.start()
        try:
            return super().wait(*arguments, **named)
        finally:
            giving_up.cancel()

    def _hang_up(self) -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(self.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)


def _postgresql(settings: SqlSettings) -> Any:
    connection = _Patient.connect(
        host=settings.host,
        port=settings.port or DEFAULT_PORTS["postgresql"],
        user=settings.user,
        password=_password(settings),
        dbname=settings.database,
        sslmode="verify-full" if settings.ca_file else "prefer",
        sslrootcert=str(settings.ca_file) if settings.ca_file else None,
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
        application_name="ioc-connect",
        options=f"-c statement_timeout={int(settings.timeout_seconds * 1000)}"
        " -c TimeZone=Asia/Ho_Chi_Minh -c default_transaction_read_only=on",
    )
    # The server itself is to say first that a statement takes too long.
    connection.longest = settings.timeout_seconds + ANSWER_SECONDS
    return connection


def _mariadb(settings: SqlSettings) -> Any:
    return pymysql.connect(
        host=settings.host,
        port=settings.port or DEFAULT_PORTS["mariadb"],
        user=settings.user,
        password=_password(settings) or "",
        database=settings.database,
        charset="utf8mb4",
        ssl=ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else None,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=settings.timeout_seconds,
        write_timeout=settings.timeout_seconds,
        autocommit=True,
        init_command=f"SET SESSION time_zone = '{VIETNAM}', SESSION tx_read_only = 1",
    )


def _sqlite(settings: SqlSettings) -> Any:
    assert settings.file is not None
    connection = sqlite3.connect(
        f"{settings.file.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=settings.timeout_seconds,
        check_same_thread=False,
        isolation_level=None,
    )
    connection.execute("PRAGMA query_only = 1")
    return connection


DATABASES: Mapping[str, Database] = {
    "postgresql": Database(_postgresql, '"', "%s", (psycopg.Error, OSError)),
    "mariadb": Database(
        _mariadb, "`", "%s", (pymysql.MySQLError, OSError), in_bytes="CAST({} AS BINARY)"
    ),
    # In double quotes SQLite takes a name that is no column for a text.
    "sqlite": Database(_sqlite, "`", "?", (sqlite3.Error, OSError)),
}
