"""The owner of a partition keeps ioc.watch equal to its state, and stops when it may not be one."""

import time
from collections.abc import Callable, Sequence

import pytest

from connectors.contract.codec import CaseEvent, CaseFacts
from connectors.contract.identity import case_event
from connectors.log.lanes import LogUnavailableError
from seeds.topics import PUBLIC_ADMINISTRATION
from streams.core.partition import PartitionState
from streams.core.watch import Record, WatchRow, WatchTable
from streams.shell import watch_publisher
from streams.shell.holdings import Partition
from streams.shell.watch_publisher import Mirror, WatchPublisher, watch_series
from tests.unit.streams.strategies import DAY, NOW, fold_all, folded, new_state, open_at

PLACE = Partition(PUBLIC_ADMINISTRATION, 0)
KEY = b"dossier/A-1"


class Kafka:
    """One partition of ioc.watch; `written_at` is the time of what is written next."""

    def __init__(self) -> None:
        self.records: list[tuple[bytes, bytes | None, int]] = []
        self.written_at = NOW
        self.away = False
        self.takes = 1_000

    def rows(self) -> WatchTable:
        table = WatchTable()
        for record in self.records:
            table.apply(*record)
        return table

    def last(self) -> WatchRow | None:
        published = self.rows().get(KEY)
        return published.row if published else None


class Client:
    """What a worker has of it. `meanwhile` happens while it is read."""

    def __init__(self, kafka: Kafka) -> None:
        self.kafka = kafka
        self.position = 0
        self.mirrored = WatchTable()
        self.reads = 0
        self.meanwhile: Callable[[], None] | None = None

    def table(self, partition: int) -> WatchTable:
        assert partition == 0
        return self.mirrored

    def read(self, partitions: list[int]) -> None:
        assert partitions == [0]
        if self.kafka.away:
            raise LogUnavailableError("away")
        self.reads += 1
        for record in self.kafka.records[self.position :]:
            self.mirrored.apply(*record)
        self.position = len(self.kafka.records)
        if self.meanwhile:
            self.meanwhile()

    def write(self, partition: int, records: Sequence[Record]) -> None:
        for key, value in records[: self.kafka.takes]:
            self.kafka.records.append((key, value, self.kafka.written_at))
        if len(records) > self.kafka.takes:
            raise LogUnavailableError("broke off")

    def forget(self, partition: int) -> None:
        self.mirrored, self.position = WatchTable(), 0

    def close(self) -> None:
        pass


class Owner:
    """A worker that holds the one partition, and may or may not believe so."""

    def __init__(self, kafka: Kafka, state: PartitionState) -> None:
        self.states = {PLACE: state}
        self.trusts = True
        self.client = Client(kafka)
        self.publisher = WatchPublisher(self.client, self.states, lambda: self.trusts)

    def unpublished(self) -> int:
        ((_, mirror),) = self.publisher.mirrors()
        return mirror.unpublished()

    def compare_again(self) -> None:
        for _, mirror in self.publisher.mirrors():
            mirror.compared_at = None


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


def told(case: str = "A-1", revision: int = 0, **facts: object) -> CaseEvent:
    told = {"status": 4, "received": NOW - 30 * DAY, "due": NOW - DAY} | facts
    return case_event(
        source="one-stop", kind="dossier", case=case, revision=revision, observed_at=revision,
        facts=CaseFacts(**told),  # type: ignore[arg-type]
    )  # fmt: skip


def finished(case: str = "A-1", revision: int = 1) -> CaseEvent:
    return told(case, revision, status=9, finished=NOW)


async def test_what_is_wanted_is_written_when_the_gate_opens(kafka: Kafka) -> None:
    closed = new_state()
    fold_all(closed, [told(), told("B-7", due=NOW + 90 * DAY)])
    owner = Owner(kafka, closed)
    assert await owner.publisher.attempt()
    assert (kafka.records, owner.client.reads) == ([], 0)
    open_at(closed, NOW)
    assert await owner.publisher.attempt()
    assert kafka.rows().current().keys() == {KEY}
    assert kafka.last() == closed.watch_row(KEY)
    assert owner.unpublished() == 0


async def test_a_change_is_written_at_once_and_nothing_is_asked_when_nothing_changed(
    kafka: Kafka,
) -> None:
    owner = Owner(kafka, folded([told(due=NOW + 20 * DAY)], NOW))
    await owner.publisher.attempt()
    await owner.publisher.attempt()
    assert (kafka.records, owner.client.reads) == ([], 1)
    owner.states[PLACE].advance(NOW + 21 * DAY)
    assert owner.unpublished() == 1
    await owner.publisher.attempt()
    assert kafka.last() == owner.states[PLACE].watch_row(KEY)
    fold_all(owner.states[PLACE], [finished()])
    await owner.publisher.attempt()
    row = kafka.last()
    assert row
    assert (row.level, row.offset, len(kafka.records)) == ("none", 1, 2)


async def test_a_log_that_is_away_is_waited_for(kafka: Kafka) -> None:
    kafka.away = True
    owner = Owner(kafka, folded([told()], NOW))
    assert not await owner.publisher.attempt()
    assert owner.unpublished() == 1
    fold_all(owner.states[PLACE], [told("B-7")])
    assert not await owner.publisher.attempt()
    assert owner.unpublished() == 2
    kafka.away = False
    assert await owner.publisher.attempt()
    assert len(kafka.rows().current()) == 2
    assert owner.unpublished() == 0


async def test_a_write_that_broke_off_goes_on_where_it_did(kafka: Kafka) -> None:
    owner = Owner(kafka, folded([told("A-1"), told("A-2"), told("B-7")], NOW))
    kafka.takes = 2
    assert not await owner.publisher.attempt()
    assert (len(kafka.records), owner.unpublished()) == (2, 3)
    kafka.takes = 1_000
    assert await owner.publisher.attempt()
    assert [key for key, _, _ in kafka.records] == [KEY, b"dossier/A-2", b"dossier/B-7"]


async def test_an_error_that_nobody_foresaw_stops_nobody(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner = Owner(kafka, folded([told()], NOW))
    with monkeypatch.context() as patch:
        patch.setattr(owner.client, "read", lambda _: 1 / 0)
        assert not await owner.publisher.attempt()
        assert not await owner.publisher.attempt()
    assert caplog.text.count("ioc.watch is behind: division by zero") == 1
    assert "ZeroDivisionError" in caplog.text
    assert await owner.publisher.attempt()
    assert kafka.last()


async def test_connections_that_cannot_even_be_closed_stop_nobody(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = Owner(kafka, folded([told()], NOW))
    with monkeypatch.context() as broken:
        broken.setattr(owner.client, "close", lambda: 1 / 0)
        kafka.away = True
        assert not await owner.publisher.attempt()
    kafka.away = False
    assert await owner.publisher.attempt()
    assert owner.unpublished() == 0


async def test_who_is_in_doubt_writes_nothing(kafka: Kafka) -> None:
    owner = Owner(kafka, folded([told()], NOW))
    owner.trusts = False
    assert await owner.publisher.attempt()
    assert (kafka.records, owner.client.reads) == ([], 0)


async def test_who_loses_the_partition_while_it_reads_writes_nothing(kafka: Kafka) -> None:
    owner = Owner(kafka, folded([told()], NOW))
    owner.client.meanwhile = owner.states.clear
    assert await owner.publisher.attempt()
    assert kafka.records == []
    owner.client.meanwhile = None
    owner.states[PLACE] = folded([told()], NOW)
    assert await owner.publisher.attempt()
    assert kafka.last()


async def test_a_row_of_a_worker_that_does_not_know_is_ignored_and_written_over(
    kafka: Kafka,
) -> None:
    """It was stopped with a row in hand; in the meantime another one closed the case."""
    before, log = [told(due=NOW + DAY)], [told(due=NOW + DAY), finished()]
    zombie = Owner(kafka, folded(before, NOW, bundle=1))
    await zombie.publisher.attempt()
    zombie.states[PLACE].advance(NOW + 3 * DAY)
    heir = Owner(kafka, folded(log, NOW + 3 * DAY, bundle=1))
    await heir.publisher.attempt()
    closed = kafka.last()
    assert closed
    assert closed.level == "none"

    ((_, mirror),) = zombie.publisher.mirrors()
    (stale,) = mirror.missing(zombie.client.table(0), 0.0)
    assert stale
    zombie.client.write(0, stale)
    assert kafka.last() == closed
    heir.compare_again()
    await heir.publisher.attempt()
    assert kafka.records[-1][:2] == (KEY, closed.encoded())


def test_what_changes_while_all_is_compared_is_new_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_publisher, "SLICE", 1)
    state = folded([told("A-1"), told("B-7")], NOW)
    mirror, table = Mirror(state, 0), WatchTable()
    parts = mirror.missing(table, 0.0)
    ((key, value),) = next(parts)
    assert (key, value is None) == (KEY, False)
    fold_all(state, [finished("A-1"), finished("B-7")])
    assert list(parts) == [[]]
    table.apply(key, value, NOW)
    mirror.written(0.0)
    assert mirror.unpublished() == 2
    calm = state.watch_row(KEY)
    assert calm
    assert list(mirror.missing(table, 0.0)) == [[(KEY, calm.encoded())], []]


async def test_a_state_that_was_folded_anew_is_compared_with_all_of_the_log(kafka: Kafka) -> None:
    owner = Owner(kafka, folded([told(), told("B-7")], NOW))
    await owner.publisher.attempt()
    owner.states[PLACE] = folded([told("B-7", due=NOW - 2 * DAY)], NOW)
    await owner.publisher.attempt()
    assert kafka.rows().current() == {b"dossier/B-7": owner.states[PLACE].watch_row(b"dossier/B-7")}


async def test_a_case_that_left_goes_after_a_day(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = NOW + 5.0
    monkeypatch.setattr(time, "time", lambda: wall)
    owner = Owner(kafka, folded([told()], NOW))
    await owner.publisher.attempt()
    fold_all(owner.states[PLACE], [finished()])
    await owner.publisher.attempt()
    owner.compare_again()
    await owner.publisher.attempt()
    assert kafka.last()
    wall += DAY
    owner.compare_again()
    await owner.publisher.attempt()
    assert kafka.records[-1][:2] == (KEY, None)
    assert kafka.last() is None


async def test_how_far_behind_it_is_is_shown(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 7.5)
    kafka.away = True
    owner = Owner(kafka, folded([told()], NOW))
    await owner.publisher.attempt()
    labels = '{topic="ioc.public-administration",partition="0"}'
    shown = watch_series(owner.publisher.mirrors())
    assert f"ioc_watch_unpublished{labels} 1\n" in shown
    assert "compared" not in shown
    kafka.away = False
    await owner.publisher.attempt()
    shown = watch_series(owner.publisher.mirrors())
    assert f"ioc_watch_unpublished{labels} 0\n" in shown
    assert f"ioc_watch_compared_timestamp_seconds{labels} 7.5\n" in shown
