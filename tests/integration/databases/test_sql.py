"""Reading on from a watermark, on the servers that provinces run."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.clock import Clock
from connectors.runner.adapter import Position, Record, SourceError
from connectors.sql import adapter as module
from connectors.sql.adapter import open_adapter
from connectors.sql.settings import SqlSettings
from deploy.local.databases import Server

pytestmark = pytest.mark.database

Polled = tuple[list[dict[str, Any]], Position | None]


@pytest.fixture(autouse=True)
def look_back_at_every_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_BACK_SECONDS", 0.0)


@pytest.fixture
def table(server: Server) -> Iterator[str]:
    """A table of visits: key, watermark with and without a zone, value."""
    zoned = "TIMESTAMPTZ" if server.connector == "postgresql" else "TIMESTAMP(6) NULL"
    plain = "TIMESTAMP" if server.connector == "postgresql" else "DATETIME(6)"
    columns = f"id VARCHAR(20) PRIMARY KEY, zoned {zoned}, plain {plain}, amount NUMERIC(10, 2)"
    server.execute("DROP TABLE IF EXISTS visits", f"CREATE TABLE visits ({columns})")
    yield "visits"
    server.execute("DROP TABLE visits")


def _insert(cursor: Any, rows: list[tuple[Any, ...]]) -> None:
    cursor.executemany(
        "INSERT INTO visits (id, zoned, plain, amount) VALUES (%s, %s, %s, %s)", rows
    )


def _fill(server: Server, rows: list[tuple[Any, ...]]) -> None:
    with closing(server.connect()) as connection, closing(connection.cursor()) as cursor:
        _insert(cursor, rows)
        connection.commit()


def _row(number: int, minute: int) -> tuple[Any, ...]:
    moment = datetime(2023, 5, 17, 8, 0) + timedelta(minutes=minute)  # noqa: DTZ001
    return f"v{number:05}", f"{moment}+07:00", moment, number


def _rows(server: Server, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """MariaDB's TIMESTAMP takes a time of the session's zone, which is UTC here."""
    if server.connector == "postgresql":
        return rows
    return [(key, plain - timedelta(hours=7), plain, amount) for key, _, plain, amount in rows]


def _drained(adapter: Any, position: Position | None, limit: int = 7) -> Polled:
    found: list[dict[str, Any]] = []
    while True:
        batch = adapter.poll(position, limit)
        found += [dict(record.values) for record in batch.records if isinstance(record, Record)]
        position = batch.position
        if not batch.more and not batch.records:
            return found, position


def _keys(found: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in found]


def _adapter(server: Server, settings: SqlSettings) -> Any:
    return open_adapter(settings, server.connector, Clock(0))


@pytest.mark.parametrize("watermark", ["zoned", "plain"])
def test_ties_restarts_and_rewinds(server: Server, table: str, watermark: str) -> None:
    rows = [_row(number, number // 9) for number in range(100)]
    _fill(server, _rows(server, rows))
    settings = server.settings(table=table, watermark=watermark, key="id", overlap=0)
    adapter = _adapter(server, settings)
    first = adapter.poll(None, 40)
    adapter.close()
    again = _adapter(server, settings)
    rest, position = _drained(again, first.position)
    assert [record.values["id"] for record in first.records] == [row[0] for row in rows[:40]]
    # With no overlap those of the watermark that was reached are looked at once more.
    assert sorted({*_keys(rest)} | {row[0] for row in rows[:40]}) == [row[0] for row in rows]
    since = int(datetime.fromisoformat("2023-05-17T08:10:00+07:00").timestamp())
    found, _ = _drained(again, again.position_at(since))
    assert _keys(found) == [row[0] for row in rows[90:]]
    assert position is not None
    again.close()


def test_times_and_numbers_arrive_as_such(server: Server, table: str) -> None:
    _fill(server, _rows(server, [_row(7, 3)]))
    adapter = _adapter(server, server.settings(table=table, watermark="zoned", key="id"))
    (found,), _ = _drained(adapter, None)
    adapter.close()
    plain = datetime(2023, 5, 17, 8, 3)  # noqa: DTZ001
    zoned = found["zoned"]
    assert (zoned.replace(tzinfo=None), found["plain"], found["amount"]) == (plain, plain, 7)


def test_a_transaction_that_ends_late_is_not_missed(server: Server, table: str) -> None:
    settings = server.settings(table=table, watermark="plain", key="id", overlap=600)
    adapter = _adapter(server, settings)
    with closing(server.connect()) as slow, closing(slow.cursor()) as cursor:
        _insert(cursor, _rows(server, [_row(1, 0)]))
        _fill(server, _rows(server, [_row(2, 5)]))
        found, position = _drained(adapter, None)
        assert _keys(found) == ["v00002"]
        slow.commit()
    found, _ = _drained(adapter, position)
    adapter.close()
    assert _keys(found) == ["v00001"]


def test_keys_that_differ_in_case_only_are_two(server: Server) -> None:
    """MariaDB's usual collation holds them for equal, and would skip one at a limit."""
    server.execute(
        "DROP TABLE IF EXISTS cased",
        "CREATE TABLE cased (id VARCHAR(20), at INTEGER)",
        "INSERT INTO cased VALUES ('a', 1), ('A', 1), ('b', 1), ('B', 1)",
    )
    query = "SELECT id, at FROM cased WHERE id LIKE '%' AND at % 2 = 1"
    adapter = _adapter(server, server.settings(query=query, watermark="at", key="id"))
    found, _ = _drained(adapter, None, limit=1)
    adapter.close()
    server.execute("DROP TABLE cased")
    assert sorted(_keys(found)) == ["A", "B", "a", "b"]


def test_text_keys_are_sorted_no_further_than_a_page(server: Server, table: str) -> None:
    """MariaDB has no index in the order of bytes; sorting all that waits took seconds a page."""
    _fill(server, _rows(server, [_row(number, number // 3) for number in range(60)]))
    adapter = _adapter(server, server.settings(table=table, watermark="plain", key="id"))
    asked: list[str] = []
    read = adapter._read

    def reading(sql: str, values: Any) -> Any:
        asked.append(sql)
        return read(sql, values)

    adapter._read = reading
    found, _ = _drained(adapter, None, limit=7)
    adapter.close()
    assert _keys(found) == [f"v{number:05}" for number in range(60)]
    bounded = [" <= %s" in sql for sql in asked if sql.startswith("SELECT *")]
    assert bounded[0] == (server.connector == "mariadb")


def test_a_server_killed_between_polls_and_in_a_query_costs_nothing(
    server: Server, table: str
) -> None:
    _fill(server, _rows(server, [_row(number, number) for number in range(50)]))
    sleep = "pg_sleep(0.02)::text" if server.connector == "postgresql" else "SLEEP(0.02)"
    settings = server.settings(
        query=f"SELECT v.*, {sleep} AS waited FROM {table} v",
        watermark="plain",
        key="id",
    )
    adapter = _adapter(server, settings)
    first = adapter.poll(None, 20)
    killer = threading.Timer(0.3, server.kill)
    killer.start()
    with pytest.raises(SourceError, match="cannot be read now"):
        adapter.poll(first.position, 50)
    killer.join()
    with pytest.raises(SourceError, match="cannot be read now"):
        adapter.poll(first.position, 50)
    server.start()
    found, _ = _drained(adapter, first.position, limit=50)
    adapter.close()
    assert _keys(found) == [f"v{number:05}" for number in range(20, 50)]


@pytest.mark.parametrize(
    "wrong", [{"table": "nothing"}, {"watermark": "nothing"}, {"user": "nobody"}, {"port": 1}]
)
def test_what_is_wrong_is_said_without_a_secret(
    server: Server, table: str, wrong: dict[str, Any]
) -> None:
    right = {"table": table, "watermark": "plain", "key": "id"}
    adapter = _adapter(server, server.settings(**(right | wrong)))
    began = time.monotonic()
    with pytest.raises(SourceError, match="see that it runs") as caught:
        adapter.poll(None, 10)
    assert "password-of" not in str(caught.value)
    assert time.monotonic() - began < 30


def test_nothing_is_ever_written(server: Server, table: str) -> None:
    """The connection itself is read only, whatever the query is."""
    query = f"INSERT INTO {table} (id) VALUES ('x') RETURNING id, plain"
    server_query = f"SELECT * FROM {table}"
    adapter = _adapter(server, server.settings(query=server_query, watermark="plain", key="id"))
    adapter.poll(None, 1)
    with pytest.raises(Exception, match=r"(?i)read.only"):
        adapter._read(query, ())
    adapter.close()
