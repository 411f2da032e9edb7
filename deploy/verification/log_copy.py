"""Copies a topic event by event into another one, in another order: same log, other arrivals."""

from collections.abc import Iterator
from random import Random

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from connectors.contract import bundles, codec
from connectors.log.settings import KafkaSettings
from seeds.topics import source_topics

_PATIENCE_MS = 10_000


class LogUnreadable(Exception):
    """The log ended before its own end offset; the message names topic and partition."""


def copy_shuffled(source: KafkaSettings, target: KafkaSettings, seed: int) -> int:
    """Writes the events of all source topics to `target`, shuffled within each partition.

    Reception times stay, so that versions keep their order. Returns the number of events.
    """
    random = Random(seed)
    producer = KafkaProducer(**target.client_options(), acks="all", compression_type="lz4")
    copied = 0
    places = ((topic.name, n) for topic in source_topics() for n in range(topic.partitions))
    for topic, partition in places:
        events = list(read_events(source, topic, partition))
        random.shuffle(events)
        sent = [
            producer.send(target.topic(topic), message, partition=partition)
            for message, _ in bundles.pack(events)
        ]
        for future in sent:
            future.get(timeout=60)
        copied += len(events)
    producer.close()
    return copied


def read_events(log: KafkaSettings, topic: str, partition: int) -> Iterator[bytes]:
    """The encoded events of one partition, from start to present end."""
    consumer = KafkaConsumer(
        **log.client_options(), consumer_timeout_ms=_PATIENCE_MS, enable_auto_commit=False
    )
    place = TopicPartition(log.topic(topic), partition)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end = consumer.end_offsets([place])[place]
    while consumer.position(place) < end:
        record = next(consumer, None)
        if record is None:
            raise LogUnreadable(f"{place.topic}[{partition}] stops before its end offset {end}")
        yield from codec.split_bundle(record.value)
    consumer.close()
