"""Every record is accepted, refused or repeated; a bad one becomes one letter, for ever."""

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import pytest

from connectors.clock import Clock
from connectors.contract.codec import Heartbeat, decode_event
from connectors.intake.checkpoints import Checkpoint
from connectors.intake.database import FILE, DataFolderError, only_connector
from connectors.intake.heartbeats import Heartbeats
from connectors.intake.intake import Delivery, Intake, Outcome, Refused, Store, settle
from connectors.intake.letters import DeadLetter, Settlement, decode_letters
from connectors.intake.quarantine import KEPT_SECONDS, QuarantineFullError, UnknownLetterError
from connectors.intake.refusals import Reason, Refusal
from connectors.intake.sources import MICROSECONDS, Source
from connectors.log.lanes import LogUnavailableError
from connectors.log.writer import LogWriter
from seeds.topics import DEAD_LETTERS, HEARTBEATS, PUBLIC_ADMINISTRATION

TOPIC = PUBLIC_ADMINISTRATION


class Log:
    """Stands for the writer: keeps what it is given, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.kept: list[tuple[str, str, bytes]] = []
        self.waits = 0.0

    async def write_async(self, topic: str, events: Any) -> int:
        await asyncio.sleep(self.waits)
        if self.away:
            raise LogUnavailableError("away")
        self.kept += [(topic, subject, event) for subject, event in events]
        return len(events)

    def write(self, topic: str, events: Any) -> "Future[int]":
        future: Future[int] = Future()
        future.set_result(asyncio.run(self.write_async(topic, events)))
        return future

    def letters(self) -> list[DeadLetter | Settlement]:
        encoded = [event for topic, _, event in self.kept if topic == DEAD_LETTERS]
        return [letter for event in encoded for letter in decode_letters(b"[" + event + b"]")]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


def as_writer(log: Log) -> LogWriter:
    return cast("LogWriter", log)


def intake(log: Log, store: Store) -> Intake:
    return Intake("dvcqg", TOPIC, as_writer(log), store, Clock())


def bad(text: str = "bad") -> Refused:
    record = f'{{"MaHoSo":"{text}"}}'.encode()
    refusal = Refusal("TrangThaiHoSo", Reason.MISSING)
    return Refused(record, b"original of " + record, refusal, "here[0]", 5)


def delivery(*refused: Refused, events: int = 0) -> Delivery:
    encoded = [(f"case-{n}", b"{}") for n in range(events)]
    return Delivery("one-stop", "one_stop", 7, encoded, events, min(events, 1), refused)


async def test_events_go_to_their_topic_and_refusals_to_dead_letters(
    log: Log, store: Store
) -> None:
    outcome = await intake(log, store).deliver(delivery(bad(), events=2))
    assert outcome == Outcome(accepted=2, refused=1, repeated=0)
    assert [subject for topic, subject, _ in log.kept if topic == TOPIC] == ["case-0", "case-1"]
    (letter,) = log.letters()
    assert isinstance(letter, DeadLetter)
    assert (letter.source, letter.field, letter.reason) == ("one-stop", "TrangThaiHoSo", "missing")
    assert (letter.position, letter.observed_at) == ("here[0]", 5)


async def test_a_bad_record_is_one_letter_however_often_it_is_sent(
    log: Log, store: Store, tmp_path: Path
) -> None:
    first = intake(log, store)
    assert (await first.deliver(delivery(bad(), bad()))).repeated == 1
    assert (await first.deliver(delivery(bad()))) == Outcome(0, 0, 1)
    store.book.save()
    store.close()
    again = Store(tmp_path)
    assert (await intake(log, again).deliver(delivery(bad()))) == Outcome(0, 0, 1)
    assert len(log.letters()) == 1
    (source,) = again.book.all()
    assert (source.accepted, source.refused, source.repeated) == (0, 1, 3)
    again.close()


async def test_the_same_bad_record_sent_twice_at_once_is_one_letter(log: Log, store: Store) -> None:
    log.waits = 0.05
    way = intake(log, store)
    outcomes = await asyncio.gather(*(way.deliver(delivery(bad(), events=1)) for _ in range(8)))
    assert sum(outcome.refused for outcome in outcomes) == 1
    assert sum(outcome.repeated for outcome in outcomes) == 7
    assert len(log.letters()) == 1


async def test_a_log_that_is_away_fails_all_who_wait_and_the_letter_comes_later(
    log: Log, store: Store
) -> None:
    log.away, log.waits = True, 0.05
    way = intake(log, store)
    outcomes = await asyncio.gather(
        *(way.deliver(delivery(bad(), events=1)) for _ in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [LogUnavailableError] * 3
    assert log.kept == []
    log.away = False
    assert await way.deliver(delivery(bad(), events=1)) == Outcome(1, 1, 0)
    (source,) = store.book.all()
    assert (source.accepted, source.refused, source.repeated) == (1, 1, 0)


async def test_a_full_quarantine_stops_the_source(log: Log, tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=100)
    way = intake(log, store)
    await way.deliver(delivery(bad("1")))
    with pytest.raises(QuarantineFullError, match="ioc dead-letters list"):
        await way.deliver(delivery(bad("2"), bad("3"), events=1))
    assert len(log.letters()) == 1
    assert [topic for topic, _, _ in log.kept] == [DEAD_LETTERS]
    assert store.quarantine.records == 1
    assert await way.deliver(delivery(bad("1"), events=1)) == Outcome(1, 0, 1)
    store.close()


async def test_originals_are_private_expire_and_go_when_settled(
    log: Log, store: Store, tmp_path: Path
) -> None:
    await intake(log, store).deliver(delivery(bad("1"), bad("2")))
    for file in tmp_path.iterdir():  # noqa: ASYNC240
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert b"original of" not in file.read_bytes()
    first, second = (letter for letter in log.letters() if isinstance(letter, DeadLetter))
    kept = store.quarantine.find(first.hash[:8])
    assert (kept.letter, kept.state) == (first, "written")
    assert kept.sealed
    assert store.quarantine.vault.unseal(first.hash, kept.sealed).startswith(b"original of")

    await asyncio.to_thread(settle, store.quarantine, as_writer(log), first, "discarded", Clock())
    assert store.quarantine.find(first.hash).sealed is None
    assert store.quarantine.find(second.hash).sealed
    store.quarantine.expire(Clock().now() + KEPT_SECONDS + 60)
    assert (store.quarantine.bytes, store.quarantine.records) == (0, 0)
    left = {kept.letter.hash: (kept.state, kept.sealed) for kept in store.quarantine.all()}
    assert left == {first.hash: ("discarded", None), second.hash: ("written", None)}
    assert isinstance(log.letters()[-1], Settlement)
    assert await intake(log, store).deliver(delivery(bad("1"), bad("2"))) == Outcome(0, 0, 2)


def test_a_letter_that_is_not_here_is_said_so(store: Store) -> None:
    for beginning in ("", "%", "abc"):
        with pytest.raises(UnknownLetterError, match="no record has"):
            store.quarantine.find(beginning)


async def test_several_letters_with_one_beginning_are_none(log: Log, store: Store) -> None:
    await intake(log, store).deliver(delivery(*(bad(str(n)) for n in range(40))))
    beginning = next(
        digit
        for digit in "0123456789abcdef"
        if sum(kept.letter.hash.startswith(digit) for kept in store.quarantine.all()) > 1
    )
    with pytest.raises(UnknownLetterError, match="more than one"):
        store.quarantine.find(beginning)


def test_a_folder_serves_one_connector_at_a_time(tmp_path: Path) -> None:
    with only_connector(tmp_path):  # noqa: SIM117
        with pytest.raises(DataFolderError, match="another connector"), only_connector(tmp_path):
            pass
    with only_connector(tmp_path):
        pass


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(DataFolderError, match="--data"):
        Store(file)
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(DataFolderError, match="--data"):
        Store(tmp_path)


async def test_heartbeats_tell_what_was_counted_and_survive_a_restart(
    log: Log, store: Store, tmp_path: Path
) -> None:
    await intake(log, store).deliver(delivery(bad(), bad(), events=3))
    store.book.spoke("one-stop", "one_stop", TOPIC).backlog = 9
    hearts = Heartbeats(store.book, store.quarantine, as_writer(log), Clock())
    await hearts.beat(store.book.all())
    topic, subject, encoded = log.kept[-1]
    beat = decode_event(encoded)
    assert isinstance(beat, Heartbeat)
    assert (topic, subject) == (HEARTBEATS, "one-stop")
    assert (beat.source, beat.kind, beat.topic) == ("one-stop", "one_stop", TOPIC)
    assert (beat.accepted, beat.refused, beat.repeated, beat.unknown) == (3, 1, 1, 1)
    assert (beat.backlog, beat.last_event_at) == (9, 7)
    again = Store(tmp_path)
    assert again.book.all() == store.book.all()
    again.close()


async def test_heartbeats_go_on_when_the_log_is_away(
    log: Log, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.book.spoke("one-stop", "one_stop", TOPIC)
    hearts = Heartbeats(store.book, store.quarantine, as_writer(log), Clock(), every_seconds=0.01)
    log.away = True
    running = asyncio.create_task(hearts.run())
    await asyncio.sleep(0.1)
    log.away = False
    while len(log.kept) < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert caplog.text.count("heartbeats do not reach the log") == 1


def test_a_source_has_a_kind_of_the_contract(store: Store) -> None:
    with pytest.raises(ValueError, match="allowed: one_stop"):
        store.book.spoke("x", "y", TOPIC)  # type: ignore[arg-type]


DAY = 86_400
NEW_YEAR = 1_798_736_400  # 2027-01-01 in Vietnam


def promising(seconds: int) -> Source:
    return Source("stations", "station", TOPIC, known_since=0, promise_seconds=seconds)


def test_a_broken_promise_is_one_reminder_however_long_it_lasts() -> None:
    source, begun = promising(DAY), (NEW_YEAR - 100 * DAY) * MICROSECONDS
    source.heard(begun)
    source.reminders = 0
    assert not source.remind(begun + DAY * MICROSECONDS)
    assert source.remind(begun + DAY * MICROSECONDS + 1)
    assert not source.remind(begun + 30 * DAY * MICROSECONDS)
    source.heard(begun + 40 * DAY * MICROSECONDS)
    source.heard(begun + 42 * DAY * MICROSECONDS)  # nobody looked while it was silent
    assert source.reminders == 2


def test_reminders_are_those_of_the_year_in_vietnam() -> None:
    source = promising(60)
    source.heard((NEW_YEAR - 120) * MICROSECONDS)
    source.reminders = 0
    assert source.remind((NEW_YEAR - 1) * MICROSECONDS)
    assert (source.reminders, source.reminders_year) == (1, "2026")
    assert not source.remind(NEW_YEAR * MICROSECONDS)  # the same silence is not told twice
    assert (source.reminders, source.reminders_year) == (0, "2027")


def test_who_promised_nothing_is_never_reminded() -> None:
    source = Source("report", "file", TOPIC, known_since=0)
    source.heard(1)
    assert not source.remind(10**15)


def test_a_checkpoint_and_its_counts_are_kept_together(store: Store, tmp_path: Path) -> None:
    source = store.book.spoke("files", "file", TOPIC)
    source.accepted = 5
    assert store.checkpoints.load("files") == Checkpoint(None, 0)
    assert store.checkpoints.save("files", source.row(), Checkpoint("a line 5", 0))
    again = Store(tmp_path)
    assert again.checkpoints.load("files") == Checkpoint("a line 5", 0)
    assert again.book.all() == [source]
    again.close()


def test_a_rewind_is_not_undone_by_who_read_on_meanwhile(store: Store) -> None:
    source = store.book.spoke("files", "file", TOPIC)
    store.checkpoints.save("files", source.row(), Checkpoint("9", 0))
    store.checkpoints.rewind("files", "4")
    assert not store.checkpoints.save("files", source.row(), Checkpoint("10", 0))
    assert store.checkpoints.load("files") == Checkpoint("4", 1)
    assert store.checkpoints.save("files", source.row(), Checkpoint("5", 1))
    store.checkpoints.rewind("new", None)
    assert store.checkpoints.generations() == {"files": 1, "new": 1}


def test_a_folder_from_before_gains_what_tables_gained(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / FILE)
    old.execute(
        "CREATE TABLE sources (source TEXT PRIMARY KEY, kind TEXT NOT NULL, accepted INTEGER NOT"
        " NULL, refused INTEGER NOT NULL, repeated INTEGER NOT NULL, unknown INTEGER NOT NULL,"
        " backlog INTEGER, last_event_at INTEGER) STRICT"
    )
    old.execute("INSERT INTO sources VALUES ('one-stop', 'one_stop', 3, 1, 0, 0, 7, 12)")
    old.commit()
    old.close()
    store = Store(tmp_path)
    (source,) = store.book.all()
    assert (source.accepted, source.last_event_at, source.lost) == (3, 12, 0)
    assert source.topic == TOPIC
    store.close()
