"""A compacted topic, in which the last record under a key is what holds: read back, and written.

Everything here blocks, for seconds when the broker is away, and is for one thread at a time.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from kafka import KafkaConsumer
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from connectors.log import link
from connectors.log.admin import knock
from connectors.log.lanes import LogUnavailableError
from connectors.log.settings import KafkaSettings
from connectors.log.topics import TopicMismatchError
from seeds.topics import topics

CONNECT_SECONDS = 3.0
# How long a read may get nothing, or a write no acknowledgement.
SILENCE_SECONDS = 5.0
POLL_MS, POLL_RECORDS = 200, 5_000
# Kafka's client would take any number of records into memory.
IN_FLIGHT = 5_000


class KeyedRecord(NamedTuple):
    """`value` None: a tombstone. `written_at` in Unix seconds."""

    partition: int
    key: bytes
    value: bytes | None
    written_at: int


class KeyedTopic:
    """A topic of ours (canonical name). Connects when it is used, and anew after a failure.

    `read` and `write` raise LogUnavailableError: try again; TopicMismatchError when the topic has
    another partition count than the seeds say.
    """

    def __init__(self, settings: KafkaSettings, name: str, *, client_id: str) -> None:
        self._settings = settings
        self._name = name
        self._physical = settings.topic(name)
        self._client_id = client_id
        self._positions: dict[int, int] = {}
        self._consumer: Any = None
        self._producer: Any = None

    def read(self, partitions: Collection[int]) -> Iterator[KeyedRecord]:
        """The records of these partitions from where each was read last, or its beginning, up to
        the end that it has now. What was yielded is read, also when it breaks off.
        """
        places = [TopicPartition(self._physical, number) for number in partitions]
        try:
            consumer = self._consumer or self._new_consumer()
            consumer.assign(places)
            for place in places:
                consumer.seek(place, self._positions.get(place.partition, 0))
            yield from self._up_to(consumer, consumer.end_offsets(places))
        except (KafkaError, OSError) as error:
            self._close_consumer()
            raise LogUnavailableError(
                f"cannot read {self._physical} at {self._settings.bootstrap}: {error}"
            ) from error

    def _up_to(self, consumer: Any, ends: dict[TopicPartition, int]) -> Iterator[KeyedRecord]:
        heard_at = time.monotonic()
        while any(self._positions.get(place.partition, 0) < end for place, end in ends.items()):
            found = consumer.poll(timeout_ms=POLL_MS, max_records=POLL_RECORDS)
            for place, records in found.items():
                for record in records:
                    written_at = record.timestamp // 1000
                    yield KeyedRecord(place.partition, record.key or b"", record.value, written_at)
            for place in ends:
                position = consumer.position(place)
                if position != self._positions.get(place.partition, 0):
                    self._positions[place.partition] = position
                    heard_at = time.monotonic()
            if time.monotonic() - heard_at > SILENCE_SECONDS:
                raise KafkaError(f"no record for {SILENCE_SECONDS:g} s, and the end is not reached")

    def forget(self, partition: int) -> None:
        """It is read from its beginning next time."""
        self._positions.pop(partition, None)

    def write(self, partition: int, records: Sequence[tuple[bytes, bytes | None]]) -> None:
        """Returns when every in-sync replica has all (key, value), in this order. What was raised
        for may be in the log in part.
        """
        left = iter(records)
        while part := list(islice(left, IN_FLIGHT)):
            self._write(partition, part)

    def _write(self, partition: int, records: Sequence[tuple[bytes, bytes | None]]) -> None:
        producer = self._producer or self._new_producer()
        try:
            sent = [
                producer.send(self._physical, key=key, value=value, partition=partition)
                for key, value in records
            ]
            for future in sent:
                future.get(timeout=2 * SILENCE_SECONDS)
        except (KafkaError, OSError) as error:
            self._discard_producer()
            raise LogUnavailableError(
                f"cannot write {self._physical} at {self._settings.bootstrap}: {error}"
            ) from error

    def close(self) -> None:
        """What is on its way fails at once. May be called twice, and by another thread."""
        self._discard_producer()
        self._close_consumer()

    def _new_consumer(self) -> Any:
        knock(self._settings, CONNECT_SECONDS)
        consumer = KafkaConsumer(
            **self._settings.client_options(),
            client_id=self._client_id,
            group_id=None,
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            auto_offset_reset="earliest",
            bootstrap_timeout_ms=round(CONNECT_SECONDS * 1000),
            request_timeout_ms=round(SILENCE_SECONDS * 1000),
            metrics_enabled=False,
        )
        self._consumer = consumer
        found = len(consumer.partitions_for_topic(self._physical) or ())
        if not found:
            raise KafkaError("there is no such topic: run `ioc topics create`")
        if found != (wanted := topics()[self._name].partitions):
            self._close_consumer()
            raise TopicMismatchError(self._physical, found, wanted)
        return consumer

    def _new_producer(self) -> Any:
        producer, trouble = link.connect(
            self._settings, [self._name], client_id=self._client_id, ack_seconds=SILENCE_SECONDS
        )
        if trouble:
            raise trouble.error()
        self._producer = producer
        return producer

    def _close_consumer(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, OSError):
                consumer.close(autocommit=False)

    def _discard_producer(self) -> None:
        producer, self._producer = self._producer, None
        link.discard(producer)
