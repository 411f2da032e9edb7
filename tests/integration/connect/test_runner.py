"""Nothing is lost and nothing is new twice, whatever goes away; one bad source stops no other."""

import gc
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.contract.codec import Heartbeat
from seeds.topics import HEARTBEATS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.log.settings import KafkaSettings
    from connectors.runner.runner import Runner
    from deploy.local.broker import Broker

pytestmark = [
    pytest.mark.broker,
    # kafka-python leaves the sockets of refused connections to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture
def kafka(broker: "Broker", topic_prefix: str) -> "KafkaSettings":
    from connectors.log.settings import KafkaSettings

    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


async def test_every_row_is_read_once_over_a_restart(
    kafka: "KafkaSettings", tmp_path: Path
) -> None:
    from tests.integration.connect import connect as use

    table = use.Table([use.row(n) for n in range(5_000)])
    source = use.stations(records_per_turn=1_000)
    async with use.started(kafka, tmp_path, [source], opener=use.opener(stations=table)) as runner:
        await use.until(lambda: use.status(runner)["backlog"] == 0)
        assert use.status(runner)["position"] == "5000"
    assert table.closed
    table.rows += [use.row(n) for n in range(5_000, 5_500)]
    async with use.started(kafka, tmp_path, [source], opener=use.opener(stations=table)) as runner:
        await use.until(lambda: use.status(runner)["position"] == "5500")
    found = [event.id for event in use.readings_in(kafka)]
    assert len(found) == len(set(found)) == 5_500


async def test_a_bad_source_stops_no_other_and_a_backlog_starves_none(
    kafka: "KafkaSettings", tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from connectors.runner.adapter import SourceError
    from tests.integration.connect import connect as use
    from tests.integration.receiver.receiving import read_events

    long = use.Table([use.row(n) for n in range(30_000)])
    live = use.Table([use.row(1)])
    tables = {
        "long": long,
        "live": live,
        "away": use.Table(away=SourceError("the table is locked: wait")),
        "faulty": use.Table(away=ZeroDivisionError("Nguyễn Văn A")),
        "hanging": use.Table(hangs=2.0),
        "broken": use.Table([b"\xff"] * 600),
    }
    sources = [use.stations(name, records_per_turn=500) for name in tables]
    async with use.started(kafka, tmp_path, sources, opener=use.opener(**tables)) as runner:
        await use.until(lambda: use.status(runner, "long")["position"])
        polls = live.polls
        await use.until(lambda: use.status(runner, "long")["backlog"] == 0)
        assert live.polls > polls + 3
        await use.until(lambda: use.status(runner, "broken")["state"] == "stopped")
        away, faulty = use.status(runner, "away"), use.status(runner, "faulty")
        assert (away["state"], away["error"]) == ("retrying", "the table is locked: wait")
        assert faulty["state"] == "retrying"
        assert "ZeroDivisionError at" in faulty["error"]
        assert "500 records in a row" in use.status(runner, "broken")["error"]
        tables["away"].away = None
        await use.until(lambda: use.status(runner, "away")["state"] == "live")
    assert "Nguyễn" not in caplog.text
    assert caplog.text.count("broken is stopped") == 1
    beats = [beat for beat in read_events(kafka, HEARTBEATS) if isinstance(beat, Heartbeat)]
    assert {beat.source for beat in beats} == set(tables)
    last = {beat.source: beat for beat in beats}
    assert (last["long"].backlog, last["long"].position) == (0, "30000")
    assert (last["broken"].refused, last["broken"].kind) == (1, "station")
    assert last["long"].promise_seconds == 3600


async def test_more_hanging_sources_than_threads_stop_no_other(
    kafka: "KafkaSettings", tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from connectors.runner.settings import ConnectSettings
    from tests.integration.connect import connect as use

    gate = threading.Event()
    hanging = {f"hung-{n}": use.Table([use.row(n)], gate=gate) for n in range(20)}
    tables = hanging | {"good": use.Table([use.row(99)])}
    assert len(hanging) > ConnectSettings().threads
    sources = [use.stations(name, poll_seconds=0.2) for name in tables]
    try:
        async with use.started(kafka, tmp_path, sources, opener=use.opener(**tables)) as runner:
            await use.until(lambda: _states(runner, hanging) == {"hanging"})
            polls = tables["good"].polls
            await use.until(lambda: tables["good"].polls > polls + 3)
            assert use.status(runner, "good")["state"] == "live"
            assert {one.polls for one in hanging.values()} == {1}
            told = runner.counters.exposition().decode()
            assert 'ioc_connect_source_state{source="hung-0",state="hanging"} 1.0' in told
            gate.set()
            await use.until(lambda: _states(runner, hanging) == {"live"})
            assert {use.status(runner, name)["position"] for name in hanging} == {"1"}
            await use.until(lambda: all(one.polls > 1 for one in hanging.values()))
    finally:
        gate.set()
    assert caplog.text.count("hung-0 is hanging") == 1
    found = [event.id for event in use.readings_in(kafka)]
    assert len(found) == len(set(found)) == len(tables)


async def test_a_rewind_resumes_what_is_stopped(kafka: "KafkaSettings", tmp_path: Path) -> None:
    from connectors.intake.intake import Store
    from tests.integration.connect import connect as use

    table = use.Table([b"\xff" * (n + 1) for n in range(8)])
    source = use.stations(stop_after_refused=5)
    async with use.started(kafka, tmp_path, [source], opener=use.opener(stations=table)) as runner:
        await use.until(lambda: use.status(runner)["state"] == "stopped")
        assert (use.status(runner)["position"], use.status(runner)["refused"]) == ("8", 8)
        table.rows[3:] = [use.row(n) for n in range(5)]
        beside = Store(tmp_path)  # as another process opens it
        beside.checkpoints.rewind("stations", "2")
        beside.close()
        await use.until(lambda: use.status(runner)["state"] == "live")
        assert use.status(runner)["accepted"] == 5
        assert use.status(runner)["repeated"] == 1
    assert len(use.readings_in(kafka)) == 5


async def test_the_log_may_go_away_and_come_back(
    broker: "Broker", kafka: "KafkaSettings", tmp_path: Path
) -> None:
    from connectors.intake.intake import Store
    from tests.integration.connect import connect as use

    table = use.Table([use.row(n) for n in range(2_000)])
    source = use.stations(records_per_turn=200)
    async with use.started(
        kafka, tmp_path, [source], opener=use.opener(stations=table), ack_seconds=1.0
    ) as runner:
        await use.until(lambda: use.status(runner)["position"])
        broker.kill()
        await use.until(lambda: use.status(runner)["backlog"] == 0 or _waits(runner))
        table.rows += [use.row(n) for n in range(2_000, 2_100)]
        await use.until(lambda: _waits(runner))
        polls = table.polls
        beside = Store(tmp_path)
        reached = beside.checkpoints.load("stations").position
        beside.close()
        broker.restart()
        assert table.polls <= polls + 1  # one batch is held, and nothing is asked meanwhile
        await use.until(lambda: use.status(runner)["position"] == "2100", 60)
    found = {event.id for event in use.readings_in(kafka)}
    assert len(found) == 2_100
    assert reached is not None
    assert int(reached) <= 2_100
    gc.collect()


def _states(runner: "Runner", names: "Iterable[str]") -> set[str]:
    from tests.integration.connect import connect as use

    return {use.status(runner, name)["state"] for name in names}


def _waits(runner: "Runner") -> bool:
    from tests.integration.connect import connect as use

    return bool(use.status(runner)["state"] == "waiting")
