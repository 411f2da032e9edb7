"""Laws of reading on from a watermark, on a real database that needs no server."""

import sqlite3
from collections import Counter
from contextlib import closing, suppress
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clock import Clock
from connectors.runner.adapter import Position, Record, SourceError
from connectors.sql import adapter as module
from connectors.sql.adapter import SqlAdapter, open_adapter
from connectors.sql.place import NoPlaceError, Place, Reached, at, reached_of
from connectors.sql.settings import SqlSettings

START = 1_684_287_000  # 2023-05-17 08:30 in Vietnam


@pytest.fixture(autouse=True)
def look_back_at_every_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_BACK_SECONDS", 0.0)


class At(Clock):
    """A clock that stands."""

    def now(self) -> float:
        return float(START)


def _database(file: Path, rows: Any = ()) -> sqlite3.Connection:
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, at, amount)")
    connection.executemany("INSERT INTO visits VALUES (?, ?, ?)", rows)
    return connection


def _adapter(file: Path, **more: Any) -> SqlAdapter:
    settings = SqlSettings(file=file, table="visits", watermark="at", key="id", **more)
    found = open_adapter(settings, "sqlite", At(0))
    assert isinstance(found, SqlAdapter)
    return found


def _rows(records: Any) -> list[tuple[Any, ...]]:
    return [tuple(record.values.values()) for record in records if isinstance(record, Record)]


def _drained(
    adapter: SqlAdapter, position: Position | None, limit: int
) -> tuple[list[tuple[Any, ...]], Position | None]:
    """Everything until there is no more, each batch acknowledged."""
    found: list[tuple[Any, ...]] = []
    for _ in range(10_000):
        batch = adapter.poll(position, limit)
        found += _rows(batch.records)
        position = batch.position
        if not batch.more and not batch.records:
            return found, position
    raise AssertionError("a poll without end")


_changes = st.lists(
    st.lists(
        st.tuples(st.integers(1, 12), st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=8
    ),
    max_size=6,
)


@given(changes=_changes, limit=st.integers(1, 5), restarts=st.sets(st.integers(0, 5)))
def test_every_version_of_a_row_that_could_be_seen_is_given_and_only_after_a_restart_twice(
    tmp_path_factory: pytest.TempPathFactory, changes: Any, limit: int, restarts: set[int]
) -> None:
    """Watermarks jump forth and back by up to 30, which the overlap covers."""
    file = tmp_path_factory.getbasetemp() / "law.sqlite"
    with closing(_database(file)) as database:
        adapter = _adapter(file, overlap=30)
        position: Position | None = None
        before: set[tuple[Any, ...]] = set()
        for turn, rows in enumerate(changes):
            database.executemany("INSERT OR REPLACE INTO visits VALUES (?, ?, ?)", rows)
            there = set(database.execute("SELECT * FROM visits").fetchall())
            found, position = _drained(adapter, position, limit)
            assert max(Counter(found).values(), default=1) == 1
            assert there - before <= set(found) <= there
            if turn - 1 not in restarts or there == before:
                assert set(found) == there - before
            if turn in restarts:
                adapter.close()
                adapter = _adapter(file, overlap=30)
            before = there
        adapter.close()


@given(
    rows=st.lists(st.integers(0, 4), min_size=1, max_size=30),
    limit=st.integers(1, 7),
    failures=st.sets(st.integers(0, 20)),
)
def test_what_was_not_acknowledged_is_given_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[int], limit: int, failures: set[int]
) -> None:
    file = tmp_path_factory.getbasetemp() / "again.sqlite"
    table = [(number, mark, number % 3) for number, mark in enumerate(rows)]
    with closing(_database(file, table)):
        adapter = _adapter(file)
        position: Position | None = None
        acknowledged: list[tuple[Any, ...]] = []
        for turn in range(200):
            batch = adapter.poll(position, limit)
            if turn in failures:
                continue
            acknowledged += _rows(batch.records)
            position = batch.position
            if not batch.more and not batch.records:
                break
        adapter.close()
    assert sorted(acknowledged) == sorted(table)


@given(rows=st.lists(st.integers(0, 20), min_size=1, max_size=30), limit=st.integers(1, 7))
def test_a_restart_repeats_nothing_where_nothing_happened(
    tmp_path_factory: pytest.TempPathFactory, rows: list[int], limit: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "restart.sqlite"
    with closing(_database(file, [(number, mark, 0) for number, mark in enumerate(rows)])):
        first = _adapter(file, overlap=10)
        _, position = _drained(first, None, limit)
        first.close()
        second = _adapter(file, overlap=10)
        assert _drained(second, position, limit) == ([], position)
        second.close()


def test_a_restart_repeats_few_where_little_happened(tmp_path: Path) -> None:
    rows = [(number, 100 + number, 0) for number in range(200)]
    with closing(_database(tmp_path / "a", rows)) as database:
        _, position = _drained(_adapter(tmp_path / "a"), None, 50)
        database.execute("INSERT INTO visits VALUES (999, 150, 7)")
        found, _ = _drained(_adapter(tmp_path / "a"), position, 50)
    assert (999, 150, 7) in found
    assert len(found) < 40


@given(
    rows=st.lists(st.integers(0, 9), min_size=1, max_size=20),
    limit=st.integers(1, 5),
    failures=st.sets(st.integers(0, 30)),
)
def test_what_was_read_when_the_database_went_away_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[int], limit: int, failures: set[int]
) -> None:
    """The n-th query fails, wherever in a poll it stands."""
    file = tmp_path_factory.getbasetemp() / "away.sqlite"
    table = [(number, mark, 0) for number, mark in enumerate(rows)]
    with closing(_database(file, table)):
        adapter = _adapter(file)
        read, queries = adapter._read, count()

        def failing(sql: str, values: Any) -> Any:
            if next(queries) in failures:
                raise sqlite3.OperationalError("away")
            return read(sql, values)

        adapter._read = failing  # type: ignore[method-assign]
        position: Position | None = None
        found: list[tuple[Any, ...]] = []
        for _ in range(200):
            with suppress(SourceError):
                batch = adapter.poll(position, limit)
                found += _rows(batch.records)
                position = batch.position
                if (
                    not batch.more
                    and not batch.records
                    and next(queries) > max(failures, default=0)
                ):
                    break
        adapter.close()
    assert sorted(found) == sorted(table)


def test_ties_in_the_watermark_are_never_skipped_at_a_limit(tmp_path: Path) -> None:
    rows = [(number, "2023-05-17 08:00:00", 0) for number in range(25)]
    with closing(_database(tmp_path / "a", rows)):
        found, _ = _drained(_adapter(tmp_path / "a"), None, 4)
    assert found == rows


def test_a_row_of_the_future_is_given_once_and_hides_none(tmp_path: Path) -> None:
    ahead = (1, "2024-01-01 00:00:00", 0)
    with closing(_database(tmp_path / "a", [ahead, (2, "2023-05-17 08:00:00", 0)])) as database:
        adapter = _adapter(tmp_path / "a")
        found, position = _drained(adapter, None, 1)
        database.execute("INSERT INTO visits VALUES (3, '2023-05-17 08:20:00', 0)")
        later, _ = _drained(adapter, position, 1)
    assert sorted(found) == [ahead, (2, "2023-05-17 08:00:00", 0)]
    assert later == [(3, "2023-05-17 08:20:00", 0)]


def test_an_empty_table_is_no_error_and_is_read_when_there_is_something(tmp_path: Path) -> None:
    with closing(_database(tmp_path / "a")) as database:
        adapter = _adapter(tmp_path / "a")
        assert _drained(adapter, None, 10) == ([], None)
        database.execute("INSERT INTO visits VALUES (1, 1, 1)")
        assert _drained(adapter, None, 10)[0] == [(1, 1, 1)]


def test_an_updated_row_is_given_again(tmp_path: Path) -> None:
    with closing(_database(tmp_path / "a", [(1, 10, 5)])) as database:
        adapter = _adapter(tmp_path / "a")
        _, position = _drained(adapter, None, 10)
        database.execute("UPDATE visits SET at = 11, amount = 6")
        assert _drained(adapter, position, 10)[0] == [(1, 11, 6)]


def test_backlog_counts_what_waits_behind(tmp_path: Path) -> None:
    with closing(_database(tmp_path / "a", [(number, number, 0) for number in range(10)])):
        batch = _adapter(tmp_path / "a").poll(None, 4)
    assert (len(batch.records), batch.backlog, batch.more) == (4, 6, True)


def test_a_rewind_gives_all_since_then_again(tmp_path: Path) -> None:
    rows = [(number, f"2023-05-17 08:{number:02}:00", 0) for number in range(30)]
    with closing(_database(tmp_path / "a", rows)):
        adapter = _adapter(tmp_path / "a", overlap=0)
        _drained(adapter, None, 7)
        position = adapter.position_at(START - 600)
        found, _ = _drained(adapter, position, 7)
    assert found == rows[20:]


def test_a_rewind_by_time_of_numbers_begins_at_the_beginning(tmp_path: Path) -> None:
    with closing(_database(tmp_path / "a", [(1, 10, 5)])):
        assert _adapter(tmp_path / "a").position_at(START) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"table": "nothing"}, "cannot be read now (OperationalError)"),
        ({"watermark": "nothing"}, "cannot be read now"),
        ({"file": Path("/nowhere/x.sqlite")}, "cannot be read now"),
    ],
)
def test_what_is_not_there_is_said_and_tried_again(
    tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    with closing(_database(tmp_path / "a", [(1, 10, 5)])):
        whole = {"file": tmp_path / "a", "table": "visits", "watermark": "at", "key": "id"}
        adapter = open_adapter(SqlSettings(**(whole | settings)), "sqlite", At(0))
        with pytest.raises(SourceError, match=r".*") as caught:
            adapter.poll(None, 10)
    assert said in str(caught.value)


def test_a_text_that_is_no_time_is_no_watermark(tmp_path: Path) -> None:
    said = "watermark is a text, and no time"
    with (
        closing(_database(tmp_path / "a", [(1, "spring", 5)])),
        pytest.raises(SourceError, match=said) as caught,
    ):
        _adapter(tmp_path / "a").poll(None, 10)
    assert "spring" not in str(caught.value)


@pytest.mark.parametrize(
    "reached",
    [
        Reached(Place(5, "a"), 3),
        Reached(Place("2023-05-17 08:00:00", None)),
        Reached(Place(Decimal("1.5"), b"k"), 1, date(2023, 5, 17), (0, 2**64 - 1)),
    ],
)
def test_a_position_is_read_as_it_was_written(reached: Reached) -> None:
    assert reached_of(reached.text()) == reached


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '[["time","x"],["plain",1],0]', "null", "5", '["a","b",0,["c"],"x"]']
)
def test_what_is_no_position_is_said(text: str) -> None:
    with pytest.raises(NoPlaceError, match="allowed: one such as"):
        reached_of(text)


def test_an_instant_is_a_watermark_of_the_tables_kind() -> None:
    assert at(START, "2022-01-01T00:00:00") == "2023-05-17T08:30:00"
    assert at(START, "2022-01-01 00:00") == "2023-05-17 08:30:00"
    assert at(START, 5) is None
