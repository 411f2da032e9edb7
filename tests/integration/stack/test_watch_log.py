"""ioc.watch on a real broker: read back, written, listed, and what is said when it is away."""

import json
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from kafka.admin import ConfigResource

from connectors.log.admin import connected
from connectors.log.keyed import KeyedTopic
from connectors.log.lanes import LogUnavailableError
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicMismatchError
from deploy.commands.watch import command
from deploy.local.broker import Broker
from deploy.local.processes import free_ports
from seeds.topics import ACKS, WATCH
from streams.core.watch import LEVELS, WatchRow
from streams.shell.watch_log import WatchLog

pytestmark = pytest.mark.broker

SINCE = 1_677_632_400  # 2023-03-01 08:00 in Asia/Ho_Chi_Minh


@pytest.fixture
def kafka(broker: Broker, topic_prefix: str) -> KafkaSettings:
    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


@pytest.fixture
def watch(kafka: KafkaSettings) -> Iterator[WatchLog]:
    with WatchLog(kafka) as log:
        yield log


def row(case: str, level: int, agency: str | None = "A", offset: int = 1) -> WatchRow:
    if level == 0:
        return WatchRow("dossier", case, agency, "none", None, None, offset, 0)
    since = SINCE + level
    return WatchRow("dossier", case, agency, LEVELS[level], since, SINCE + 60, offset, since)


def written(watch: WatchLog, partition: int, *rows: WatchRow) -> None:
    watch.write(partition, [(one.key, one.encoded()) for one in rows])


def test_what_is_written_is_read_by_everybody_and_read_on(
    kafka: KafkaSettings, watch: WatchLog
) -> None:
    with WatchLog(kafka) as other:
        other.read([3, 7])
        assert not any(table.current() for table in other.tables())
        first, second = row("X", 3), row("Y", 1)
        written(watch, 3, first)
        written(watch, 7, second)
        other.read([3, 7])
        assert other.table(3).current() == {first.key: first}
        assert other.table(7).current() == {second.key: second}
        watch.write(3, [(first.key, None)])
        other.read([3])
        other.read([3])
        assert other.table(3).current() == {}
        assert other.table(7).current() == {second.key: second}
        other.forget(7)
        assert other.table(7).current() == {}
        other.read([7])
        published = other.table(7).get(second.key)
        assert published
        assert published.row == second
        assert abs(published.written_at - time.time()) < 300


def test_rows_of_one_write_keep_their_order(watch: WatchLog) -> None:
    rows = [row("X", 1 + number % 6, offset=number) for number in range(6_000)]
    written(watch, 0, *rows)
    watch.read([0])
    assert watch.table(0).current() == {rows[-1].key: rows[-1]}


def test_a_topic_that_was_compacted_is_read_to_its_end(
    kafka: KafkaSettings, watch: WatchLog
) -> None:
    """The cleaner leaves holes, and takes tombstones out."""
    name = kafka.topic(WATCH)
    eager = {
        "segment.ms": "100", "min.cleanable.dirty.ratio": "0.0", "delete.retention.ms": "0",
        "min.compaction.lag.ms": "0",
    }  # fmt: skip
    with connected(kafka) as admin:
        admin.alter_configs([ConfigResource("TOPIC", name, configs=eager)])
    for number in range(20):
        written(watch, 0, row("X", 1 + number % 6, offset=number), row("Y", 2))
        watch.write(0, [(row("Y", 2).key, None)])
        time.sleep(0.02)
    last = row("X", 2, offset=19)
    with WatchLog(kafka) as other:
        other.read([0])
        assert other.table(0).current() == {last.key: last}


def asked(kafka: KafkaSettings, *arguments: str) -> Result:
    place = ["--bootstrap", kafka.bootstrap, "--topic-prefix", kafka.prefix]
    return CliRunner().invoke(command, ["list", *place, *arguments])


def test_the_list(kafka: KafkaSettings, watch: WatchLog) -> None:
    written(watch, 0, row("low", 1), row("high", 6, agency="B"), row("gone", 3))
    written(watch, 41, row("gone", 0, offset=2), row("mid", 3, agency=None))
    written(watch, 0, row("gone", 0, offset=2))
    answer = asked(kafka)
    assert answer.exit_code == 0
    assert answer.output.splitlines() == [
        "escalated_3  since 2023-03-01 08:00  due 2023-03-01 08:01  B              dossier high",
        "overdue      since 2023-03-01 08:00  due 2023-03-01 08:01  -              dossier mid",
        "due_soon     since 2023-03-01 08:00  due 2023-03-01 08:01  A              dossier low",
        "3 cases due_soon 1 overdue 1 escalated_3 1",
    ]
    assert asked(kafka, "--agency", "B").output.endswith("\n1 cases escalated_3 1\n")
    chosen = asked(kafka, "--level", "overdue", "--level", "due_soon", "--json")
    assert [one["case"] for one in json.loads(chosen.output)] == ["mid", "low"]
    assert json.loads(chosen.output)[1] == row("low", 1)._asdict()
    wrong = asked(kafka, "--level", "none")
    assert wrong.exit_code == 2
    assert "'due_soon', 'apology_due', 'overdue'" in wrong.output


def test_who_is_away_or_missing_is_named(kafka: KafkaSettings) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    away = kafka.model_copy(update={"bootstrap": address})
    answer = asked(away)
    assert answer.exit_code == 1
    assert f"cannot read {kafka.topic(WATCH)} at {address}" in answer.output
    with WatchLog(away) as log, pytest.raises(LogUnavailableError, match=address):
        log.write(0, [(b"k", b"v")])
    missing = kafka.model_copy(update={"prefix": kafka.prefix + "none."})
    answer = asked(missing)
    assert answer.exit_code == 1
    assert "there is no such topic: run `ioc topics create`" in answer.output


def test_another_partition_count_is_refused(kafka: KafkaSettings) -> None:
    name = kafka.topic(ACKS)
    with connected(kafka) as admin:
        admin.create_partitions({name: 2})
    topic = KeyedTopic(kafka, ACKS, client_id="test")
    error = None
    while error is None:  # a broker shows what its controller has decided a moment later
        try:
            list(topic.read([0]))
        except TopicMismatchError as found:
            error = found
        topic.close()
    assert "has 2 partitions, wanted 1" in str(error)
