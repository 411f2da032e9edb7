"""ioc.watch ends equal to the truth, whenever its owner is killed: nothing lost, nothing repeated
with another meaning.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from kafka import KafkaConsumer
from kafka.structs import TopicPartition

from connectors.contract.codec import CaseFacts, encode
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of
from connectors.dvcqg.catalogue import catalogue
from connectors.log.admin import connected
from connectors.log.settings import KafkaSettings
from connectors.log.writer import LogWriter as Writer
from connectors.simulator.feed import generate
from connectors.simulator.scenarios import scenario_of
from deploy.local.processes import spawn
from seeds.topics import PUBLIC_ADMINISTRATION, WATCH, topics, watch_partition
from streams.core.partition import PartitionState
from streams.core.watch import WatchRow, decoded
from streams.shell.watch_log import WatchLog
from tests.integration.fold.conftest import StartWorkers
from tests.integration.fold.log import YEAR_BEGIN, LogWriter, dossiers, native, told
from tests.integration.fold.processes import WorkerProcess, eventually
from tests.integration.fold.watch_lives import PLACES, Plan, refolded
from tests.unit.verification.test_truth_and_fold import events

pytestmark = pytest.mark.broker

PARTITIONS = topics()[PUBLIC_ADMINISTRATION].partitions
# More of them: IOC_WATCH_LIVES=500 pytest -k fifty tests/integration/fold/test_watch.py
LIVES, DOSSIERS = int(os.environ.get("IOC_WATCH_LIVES", "50")), 1_200
# The feed is to last for most of the lives.
PORTIONS, PORTION_SECONDS = 100, 0.006 * LIVES
DOCUMENTS = "ioc.documents"


def wanted(states: list[PartitionState]) -> dict[bytes, WatchRow]:
    rows = {key: state.watch_row(key) for state in states for key in state.watchlist.listed()}
    return {key: row for key, row in rows.items() if row}


def readers_hold(kafka: KafkaSettings) -> dict[bytes, WatchRow]:
    with WatchLog(kafka) as watch:
        watch.read(range(topics()[WATCH].partitions))
        return {key: row for table in watch.tables() for key, row in table.current().items()}


def history(kafka: KafkaSettings) -> list[tuple[int, bytes, bytes | None]]:
    """Every record that was ever written: what is young is not compacted."""
    name = kafka.topic(WATCH)
    consumer = KafkaConsumer(**kafka.client_options(), metrics_enabled=False)
    places = [TopicPartition(name, number) for number in range(topics()[WATCH].partitions)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    ends = consumer.end_offsets(places)
    found: list[tuple[int, bytes, bytes | None]] = []
    while any(consumer.position(place) < end for place, end in ends.items()):
        for records in consumer.poll(timeout_ms=100).values():
            found += [(record.partition, record.key, record.value) for record in records]
    consumer.close(autocommit=False)
    return found


def no_row_has_two_meanings(kafka: KafkaSettings) -> Counter[str]:
    """Nor is one ever taken back; how many rows of each level were written."""
    meanings: dict[tuple[bytes, int, int], bytes] = {}
    levels: Counter[str] = Counter()
    for _, key, value in history(kafka):
        assert value is not None, f"{key!r}: a tombstone"
        row = decoded(key, value)
        assert meanings.setdefault((key, row.offset, row.instant), value) == value
        levels[row.level] += 1
    return levels


@pytest.mark.timeout(120 + 5 * LIVES)
def test_an_owner_killed_fifty_times_between_fold_and_publication(
    kafka: KafkaSettings, log: LogWriter, tmp_path: Path
) -> None:
    scenario = scenario_of(DOSSIERS, seed=4)
    requests, truth = generate(scenario)
    known = catalogue()
    deaths, fed, output = tmp_path / "deaths", tmp_path / "fed", tmp_path / "lives.log"
    plan = Plan(kafka.bootstrap, kafka.prefix, LIVES, 4, scenario.now, str(deaths), str(fed))
    module = "tests.integration.fold.watch_lives"
    lives = spawn([sys.executable, "-m", module, json.dumps(plan._asdict())], output)
    feed = [
        event
        for number, request in enumerate(requests)
        for event in events(request, known, scenario.now * 1_000_000 + number)
    ]
    for at in range(0, len(feed), len(feed) // PORTIONS):
        log.write(feed[at : at + len(feed) // PORTIONS], bundle=4)
        time.sleep(PORTION_SECONDS)
    fed.touch()
    try:
        assert lives.wait(60 + 4 * LIVES) == 0, output.read_text()
    except subprocess.TimeoutExpired:
        lives.kill()
        raise AssertionError(output.read_text()) from None

    behind = [int(line) for line in deaths.read_text().split()]
    assert len(behind) == LIVES
    # How many depends on the machine; some must have died with rows on their way.
    assert sum(map(bool, behind)) > LIVES // 10
    found = readers_hold(kafka)
    assert found == wanted(refolded(kafka, plan.last_now))
    assert counted(found) == {
        labels: number
        for (name, labels), number in truth.series(plan.last_now).items()
        if name == "ioc_cases_watch" and ("level", "none") not in labels
    }
    written = no_row_has_two_meanings(kafka)
    assert len(written) > 4
    print(
        f"{sum(written.values())} rows written, {sum(map(bool, behind))} of {LIVES} deaths behind"
    )


def counted(rows: dict[bytes, WatchRow]) -> Counter[frozenset[tuple[str, str]]]:
    """As the series ioc_cases_watch counts them."""
    topic = ("topic", PUBLIC_ADMINISTRATION)
    return Counter(
        frozenset((topic, ("kind", row.kind), ("agency", row.agency or ""), ("level", row.level)))
        for row in rows.values()
    )


def now_of(worker: WorkerProcess) -> int:
    now: int = worker.json("/api/state?local=1")[1]["now"]
    return now


def hold_all(*workers: WorkerProcess) -> bool:
    """Asks each for itself: one that is stopped would keep the others waiting."""
    found = [worker.json("/api/state?local=1")[1].get("partitions", {}) for worker in workers]
    opened: list[bool] = [
        one["open"] for topics in found for numbers in topics.values() for one in numbers.values()
    ]
    return sum(opened) == len(PLACES)


def is_published(kafka: KafkaSettings, *workers: WorkerProcess) -> dict[bytes, WatchRow] | None:
    """What readers hold, once it is what a clean fold wants at the workers' time."""
    if not hold_all(*workers):
        return None
    found = readers_hold(kafka)
    return found if found and found == wanted(refolded(kafka, now_of(workers[0]))) else None


def test_a_worker_that_is_killed_again_and_again(
    kafka: KafkaSettings, log: LogWriter, workers: StartWorkers
) -> None:
    (worker,) = workers(1)
    log.write(dossiers(150))
    worker.start()
    eventually(worker.complete, "complete", worker)
    soon = [
        told(native(number, "soon"), 0, now_of(worker),
             CaseFacts(received=YEAR_BEGIN, due=now_of(worker) + number))
        for number in range(PARTITIONS)
    ]  # fmt: skip
    log.write(soon)
    for seed, pause in enumerate((0.0, 0.1, 0.3), start=2):
        log.write(dossiers(150, seed=seed))
        time.sleep(pause)
        worker.kill()
        worker.start()
        eventually(worker.complete, "complete again", worker)
    last = now_of(worker) + PARTITIONS
    eventually(lambda: now_of(worker) > last, "the last of them is overdue", worker)
    found = eventually(lambda: is_published(kafka, worker), "published", worker)
    assert {found[event_key(one.case)].level for one in soon} == {"overdue"}
    no_row_has_two_meanings(kafka)

    place = frozenset({"topic": PUBLIC_ADMINISTRATION, "partition": "3"}.items())
    metrics = worker.metrics()
    assert metrics["ioc_watch_unpublished", place] == 0
    assert metrics["ioc_watch_compared_timestamp_seconds", place] == pytest.approx(
        time.time(), abs=60
    )


def event_key(case: str) -> bytes:
    return f"dossier/{case}".encode()


def test_a_worker_without_the_topic_does_not_start(
    kafka: KafkaSettings, workers: StartWorkers
) -> None:
    name = kafka.topic(WATCH)
    with connected(kafka) as admin:
        admin.delete_topics([name])
        while name in admin.list_topics():
            time.sleep(0.05)
    (worker,) = workers(1)
    worker.start()
    assert worker.exit_code() == 1
    assert f"topic {name} is missing: run `ioc topics create`" in worker.says()


def test_rows_are_in_the_partition_that_mirrors_their_source(
    kafka: KafkaSettings, log: LogWriter, workers: StartWorkers
) -> None:
    case, facts = native(5), CaseFacts(received=YEAR_BEGIN, due=YEAR_BEGIN + 99)
    log.write([told(case, 0, YEAR_BEGIN, facts)])
    document = case_event(
        source="registry", kind="document", case="12/CV", revision=0, observed_at=1, facts=facts
    )
    with Writer(kafka, [DOCUMENTS]) as writer:
        assert writer.write(DOCUMENTS, [(document.case, encode(document))]).result(20) == 1
    (worker,) = workers(1)
    worker.start()
    eventually(lambda: is_published(kafka, worker), "published", worker)
    number = partition_of(document.case, topics()[DOCUMENTS].partitions)
    assert {(partition, key) for partition, key, _ in history(kafka)} == {
        (watch_partition(PUBLIC_ADMINISTRATION, 5), event_key(case)),
        (watch_partition(DOCUMENTS, number), b"document/12/CV"),
    }


def test_a_worker_that_was_stopped_changes_nothing_when_it_goes_on(
    kafka: KafkaSettings, log: LogWriter, workers: StartWorkers
) -> None:
    """It still holds rows that are no longer so, and does not know that others hold its cases."""
    first, second = workers(2)
    log.write(dossiers(100))
    first.start()
    eventually(lambda: is_published(kafka, first), "published", first)
    log.write(dossiers(100, seed=2))
    first.signal(signal.SIGSTOP)
    second.start()
    eventually(lambda: hold_all(second), "the second holds all", second)
    log.write(dossiers(100, seed=3))
    eventually(lambda: is_published(kafka, second), "published by the second", second)
    first.signal(signal.SIGCONT)
    log.write(dossiers(100, seed=4))
    eventually(lambda: is_published(kafka, first, second), "published again", first, second)
    no_row_has_two_meanings(kafka)
