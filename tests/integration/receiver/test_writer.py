"""The writer on a real Kafka: what it acknowledges is in the log, and it says so when it cannot."""

import asyncio
import gc
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient

from connectors.contract.partitions import partition_of
from connectors.log import topics
from connectors.log.lanes import Limits, LogFullError, LogUnavailableError
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicMismatchError
from connectors.log.writer import LogWriter
from deploy.local.broker import Broker
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION

pytestmark = pytest.mark.broker

TOPIC, COUNT = PUBLIC_ADMINISTRATION, 12


@pytest.fixture
def settings(broker: Broker, topic_prefix: str) -> KafkaSettings:
    return KafkaSettings(bootstrap=broker.bootstrap, prefix=topic_prefix)


@pytest.fixture
def writer(settings: KafkaSettings) -> Iterator[LogWriter]:
    with LogWriter(settings, [TOPIC, HEARTBEATS], limits=Limits(ack_seconds=20)) as ready:
        yield ready


def read(settings: KafkaSettings, topic: str = TOPIC) -> list[tuple[int, list[str]]]:
    """(partition, events) of every message of a topic."""
    consumer = KafkaConsumer(**settings.client_options(), auto_offset_reset="earliest")
    physical = settings.topic(topic)
    parts = [TopicPartition(physical, n) for n in consumer.partitions_for_topic(physical)]
    consumer.assign(parts)
    ends = consumer.end_offsets(parts)
    messages = []
    while any(consumer.position(part) < end for part, end in ends.items()):
        for records in consumer.poll(timeout_ms=500).values():
            messages += [(record.partition, json.loads(record.value)) for record in records]
    consumer.close()
    return messages


def events(*names: str) -> list[tuple[str, bytes]]:
    """The subject of an event is its name up to the slash."""
    return [(name.split("/")[0], json.dumps(name).encode()) for name in names]


def test_what_is_acknowledged_is_in_the_log_in_its_partition(
    writer: LogWriter, settings: KafkaSettings
) -> None:
    names = [f"case-{n}/{m}" for m in range(3) for n in range(100)]
    assert writer.write(TOPIC, events(*names)).result(30) == 300
    found = read(settings)
    assert Counter(name for _, content in found for name in content) == Counter(names)
    for partition, content in found:
        assert {partition_of(name.split("/")[0], COUNT) for name in content} == {partition}
    assert writer.written.events == 300
    assert writer.written.bundles == len(found)


def test_writes_that_come_together_share_messages(
    writer: LogWriter, settings: KafkaSettings
) -> None:
    assert writer.wait_connected(30)
    futures = [writer.write(TOPIC, events(f"one/{n}")) for n in range(2_000)]
    assert [future.result(30) for future in futures] == [1] * 2_000
    found = read(settings)
    assert [name for _, content in found for name in content] == [f"one/{n}" for n in range(2_000)]
    assert len(found) < 200


async def test_it_serves_a_loop_and_threads_at_once(
    writer: LogWriter, settings: KafkaSettings
) -> None:
    def plain() -> None:
        for n in range(50):
            writer.write(TOPIC, events(f"thread-{n}/0")).result(30)

    thread = threading.Thread(target=plain)
    thread.start()
    written = await asyncio.gather(
        *(writer.write_async(TOPIC, events(f"loop-{n}/0", f"loop-{n}/1")) for n in range(50))
    )
    await asyncio.to_thread(thread.join)
    assert written == [2] * 50
    assert sum(len(content) for _, content in read(settings)) == 150


def test_a_topic_with_another_partition_count_is_refused(broker: Broker) -> None:
    settings = KafkaSettings(bootstrap=broker.bootstrap, prefix="another-count.")
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    admin.create_topics(
        {settings.topic(TOPIC): {"num_partitions": 5, "replication_factor": 1}},
        wait_for_metadata=True,
    )
    try:
        with LogWriter(settings, [TOPIC]) as writer:
            early = writer.submit(TOPIC, events("a/0"))
            with pytest.raises(TopicMismatchError, match="5 partitions, wanted 12"):
                early.result(30)
            with pytest.raises(TopicMismatchError):
                writer.submit(TOPIC, events("a/0"))
            with pytest.raises(TopicMismatchError):
                writer.wait_connected(1)
    finally:
        admin.delete_topics([settings.topic(TOPIC)])
        admin.close()


def test_a_topic_that_is_not_there_is_named_and_not_created(broker: Broker) -> None:
    settings = KafkaSettings(bootstrap=broker.bootstrap, prefix="nobody-made-it.")
    with LogWriter(settings, [TOPIC], limits=Limits(ack_seconds=3)) as writer:
        with pytest.raises(LogUnavailableError, match=r"nobody-made-it.*ioc topics create"):
            writer.write(TOPIC, events("a/0")).result(30)
        assert writer.trouble
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    assert settings.topic(TOPIC) not in admin.list_topics()
    admin.close()


def test_without_a_broker_a_write_fails_in_time_and_nothing_is_held() -> None:
    settings = KafkaSettings(bootstrap="127.0.0.1:9")
    with LogWriter(settings, [TOPIC], limits=Limits(ack_seconds=0.5, max_bytes=1_000)) as writer:
        first = writer.submit(TOPIC, events("a/" + "x" * 900))
        with pytest.raises(LogFullError):
            writer.submit(TOPIC, events("b/" + "x" * 900))
        with pytest.raises(LogUnavailableError, match=r"127\.0\.0\.1:9"):
            first.result(30)
        assert writer.held_bytes == 0
        with pytest.raises(LogUnavailableError):
            writer.write(TOPIC, events("b/" + "x" * 900)).result(30)


def test_a_closed_writer_takes_nothing(settings: KafkaSettings) -> None:
    writer = LogWriter(settings, [TOPIC])
    begun = writer.write(TOPIC, events("a/0"))
    assert writer.wait_connected(30)
    writer.close(30)
    assert begun.result(0) == 1
    with pytest.raises(LogUnavailableError):
        writer.submit(TOPIC, events("b/0"))
    writer.close()


# kafka-python leaves the sockets of refused connections to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_the_broker_dies_under_load_and_comes_back(settings: KafkaSettings, broker: Broker) -> None:
    """No event is acknowledged that is not in the log; memory stays bounded meanwhile."""
    acknowledged, refused, stop = set[str](), 0, threading.Event()
    limits = Limits(ack_seconds=1.5, max_bytes=20_000)
    with LogWriter(settings, [TOPIC], limits=limits) as writer:

        def load(name: str) -> None:
            nonlocal refused
            number = 0
            while not stop.is_set():
                text = f"{name}-{number}/0".ljust(500, "x")
                try:
                    writer.write(TOPIC, events(text)).result(30)
                except LogUnavailableError:
                    refused += 1
                else:
                    acknowledged.add(text)
                    number += 1
                assert writer.held_bytes <= limits.max_bytes

        threads = [threading.Thread(target=load, args=(f"client{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        assert writer.wait_connected(30)
        _until(lambda: len(acknowledged) > 100)
        broker.kill()
        seen = refused
        _until(lambda: refused > seen + 8)
        broker.restart()
        before = len(acknowledged)
        _until(lambda: len(acknowledged) > before + 100)
        stop.set()
        for thread in threads:
            thread.join()
    found = {name for _, content in read(settings) for name in content}
    assert acknowledged <= found
    gc.collect()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_prefixes_keep_logs_apart(writer: LogWriter, settings: KafkaSettings) -> None:
    writer.write(TOPIC, events("a/0")).result(30)
    other = KafkaSettings(bootstrap=settings.bootstrap, prefix=settings.prefix + "other.")
    topics.create(other)
    try:
        assert read(other) == []
    finally:
        topics.delete(other)
