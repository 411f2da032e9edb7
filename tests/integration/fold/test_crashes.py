"""Kills, moves and broken logs: figures stay exact, or the process says why it ends."""

import signal
import threading
import time
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.structs import TopicPartition

from connectors.contract.codec import CaseFacts
from connectors.log.admin import connected
from connectors.log.settings import KafkaSettings
from deploy.local.broker import Broker
from seeds.topics import PUBLIC_ADMINISTRATION
from tests.integration.fold.conftest import StartWorkers
from tests.integration.fold.log import (
    HELD,
    NOW,
    PARTITIONS,
    YEAR_BEGIN,
    LogWriter,
    bundle_of,
    dossiers,
    hash_of,
    native,
    told,
)
from tests.integration.fold.processes import WorkerProcess, eventually

pytestmark = pytest.mark.broker


def whole(worker: WorkerProcess, log: LogWriter) -> dict[str, Any] | None:
    """The state, once every partition is open and everything written is folded."""
    state = worker.complete()
    return state if state and state["hash"] == hash_of(log.folded()) else None


def held_by(worker: WorkerProcess) -> int:
    """How many partitions are open there."""
    _, state = worker.json("/api/state?local=1")
    return sum(
        partition["open"]
        for partitions in state.get("partitions", {}).values()
        for partition in partitions.values()
    )


def test_a_worker_killed_while_events_arrive_comes_back_exact(
    log: LogWriter, workers: StartWorkers
) -> None:
    events = dossiers(600)
    log.write(events[:500])
    (worker,) = workers(1)
    worker.start()
    eventually(worker.complete, "complete", worker)

    def feed() -> None:
        for at in range(500, len(events), 20):
            log.write(events[at : at + 20])
            time.sleep(0.02)

    feeder = threading.Thread(target=feed)
    feeder.start()
    for _ in range(2):
        time.sleep(0.4)
        worker.kill()
        worker.start()
    feeder.join()
    state = eventually(lambda: whole(worker, log), "exact", worker)
    assert (state["cases"], state["imbalance"], state["laws"]) == (600, 0, [])


def test_a_second_worker_joins_and_takes_over_when_the_first_is_killed(
    log: LogWriter, workers: StartWorkers
) -> None:
    first, second = workers(2)
    log.write(dossiers(300))
    first.start()
    eventually(lambda: held_by(first) == HELD, "the first holds all", first)
    kept_before = first.json("/api/state?local=1")[1]["partitions"][PUBLIC_ADMINISTRATION]
    second.start()
    eventually(
        lambda: held_by(first) and held_by(second) and whole(second, log), "shared", first, second
    )
    assert held_by(first) + held_by(second) == HELD
    kept_after = first.json("/api/state?local=1")[1]["partitions"][PUBLIC_ADMINISTRATION]
    assert {number: kept_before[number]["gate"] for number in kept_after} == {
        number: partition["gate"] for number, partition in kept_after.items()
    }
    _both_answer_for_all(first, second, log)

    log.write(dossiers(40, seed=3))
    first.kill()
    state = eventually(lambda: whole(second, log), "taken over", second)
    assert held_by(second) == HELD
    assert state["imbalance"] == 0
    assert second.json("/api/cases/nobody")[0] == 404


def _both_answer_for_all(first: WorkerProcess, second: WorkerProcess, log: LogWriter) -> None:
    for number in range(PARTITIONS):
        known = next(iter(log.folded()[number].cases["dossier"]))
        assert first.json(f"/api/cases/{known}")[0] == second.json(f"/api/cases/{known}")[0] == 200
        assert first.json(f"/api/cases/{native(number, 'nobody')}")[0] == 404
    one, other = first.complete(), second.complete()
    assert one
    assert other
    assert (one["hash"], one["totals"], one["offsets"]) == (
        other["hash"],
        other["totals"],
        other["offsets"],
    )


def test_what_nobody_holds_is_unavailable_and_never_not_found(
    log: LogWriter, workers: StartWorkers
) -> None:
    first, second = workers(2)
    log.write(dossiers(20))
    first.start()
    second.start()
    eventually(lambda: held_by(first) and held_by(second), "shared", first, second)
    second.kill()
    answers = {first.json(f"/api/cases/{native(number, 'nobody')}")[0] for number in range(12)}
    assert answers == {404, 503}
    status, state = first.json("/api/state")
    assert status == 503
    assert "does not answer" in state["reason"]


def test_a_gap_in_the_log_ends_the_process(
    kafka: KafkaSettings, log: LogWriter, workers: StartWorkers
) -> None:
    """A transaction leaves a mark in the log that has an offset and is no message."""
    log.write([told(native(0), 0, NOW, CaseFacts(received=YEAR_BEGIN))])
    producer = KafkaProducer(
        **kafka.client_options(), transactional_id=f"{kafka.prefix}gap", acks="all"
    )
    producer.init_transactions()
    for _ in range(2):
        producer.begin_transaction()
        value = bundle_of([told(native(0), 0, NOW)])
        producer.send(kafka.topic(PUBLIC_ADMINISTRATION), partition=0, value=value)
        producer.commit_transaction()
    producer.close()
    (worker,) = workers(1)
    worker.start()
    assert worker.exit_code() == 70
    assert "Gap: ioc.public-administration/0: offset 3 arrived where 2" in worker.says()


def test_a_log_without_its_beginning_is_refused(
    kafka: KafkaSettings, log: LogWriter, workers: StartWorkers
) -> None:
    log.write(dossiers(30), bundle=1)
    with connected(kafka) as admin:
        admin.delete_records({TopicPartition(kafka.topic(PUBLIC_ADMINISTRATION), 2): 3})
    (worker,) = workers(1)
    worker.start()
    assert worker.exit_code() == 70
    assert "ioc.public-administration/2 begins at offset 3" in worker.says()


def test_a_topic_with_another_partition_count_is_refused(
    kafka: KafkaSettings, workers: StartWorkers
) -> None:
    with connected(kafka) as admin:
        admin.create_partitions({kafka.topic(PUBLIC_ADMINISTRATION): 13})
    (worker,) = workers(1)
    worker.start()
    assert worker.exit_code() == 1
    assert "has 13 partitions, wanted 12" in worker.says()


def test_a_worker_that_kafka_does_not_answer_shows_nothing(
    broker: Broker, log: LogWriter, workers: StartWorkers
) -> None:
    log.write(dossiers(40))
    (worker,) = workers(1)
    worker.start()
    eventually(lambda: whole(worker, log), "complete", worker)
    shown = worker.cases()
    log.close()  # its client would leave sockets open in search of the broker
    broker.kill()
    try:
        eventually(lambda: not worker.cases(), "nothing shown", worker)
        assert worker.json("/health") == (
            503, {"status": "unavailable", "reason": "no answer from Kafka for 6 s"}
        )  # fmt: skip
        assert worker.json("/api/cases/nobody")[0] == 503
        assert worker.get("/api/state")[0] == 503
    finally:
        broker.restart()
    eventually(lambda: whole(worker, log), "complete again", worker)
    assert worker.cases() == shown


def test_a_worker_that_was_stopped_and_continued_finds_its_way(
    log: LogWriter, workers: StartWorkers
) -> None:
    first, second = workers(2)
    log.write(dossiers(60))
    first.start()
    eventually(lambda: held_by(first) == HELD, "the first holds all", first)
    first.signal(signal.SIGSTOP)
    second.start()
    eventually(lambda: held_by(second) == HELD, "the second holds all", second)
    log.write(dossiers(40, seed=3))
    first.signal(signal.SIGCONT)
    eventually(lambda: whole(second, log), "whole again", first, second)
    assert second.process
    assert second.process.poll() is None
