"""A small log of which everything is known, and the way to write it to Kafka."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from kafka import KafkaProducer

from connectors.contract.bundles import join
from connectors.contract.codec import (
    CaseEvent,
    CaseFacts,
    Heartbeat,
    ProgressRow,
    Reading,
    encode,
)
from connectors.contract.identity import case_event
from connectors.contract.partitions import partition_of, reading_subject
from connectors.log.settings import KafkaSettings
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import HEARTBEATS, PUBLIC_ADMINISTRATION, source_topics, topics
from streams.core.digests import HASH_MODULUS
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState

PARTITIONS = topics()[PUBLIC_ADMINISTRATION].partitions
# Those of all subsystems: what the workers hold together.
HELD = sum(topic.partitions for topic in source_topics())
# In the clock of the tests it is 2024-01-02; no time of the log is near it.
NOW = 1_704_157_200
YEAR_BEGIN = 1_672_506_000  # 2023-01-01 in Asia/Ho_Chi_Minh
DAY = 86_400
SOURCE = "one-stop"
FIELD_CODES = sorted(code for code in fields() if len(code) <= 64)


def dossiers(number: int, seed: int = 1) -> list[CaseEvent]:
    """Inserts, finishes, progress and corrections of so many dossiers of 2023."""
    chance = random.Random(seed)
    return [event for index in range(number) for event in _dossier(index, chance)]


def _dossier(index: int, chance: random.Random) -> Iterator[CaseEvent]:
    agency = chance.choice(sorted(agencies()))
    received = YEAR_BEGIN + chance.randrange(300 * DAY)
    facts: dict[str, Any] = {
        "agency": agency,
        "field": chance.choice(FIELD_CODES),
        "channel": chance.choice(["online", "counter", "post"]),
        "service_level": "full",
        "payment": chance.choice(["none", "portal"]),
        "submitted": received - 600,
        "received": received,
        "due": received + chance.randrange(2, 20) * DAY,
    }
    case = f"{agency}-{index:05d}"
    yield told(case, 0, received, CaseFacts(status=2, **facts))
    finish = received + chance.randrange(1, 22) * DAY
    if chance.random() < 0.9:
        yield told(case, 1, finish, CaseFacts(status=10, finished=finish, returned=finish, **facts))
    rows = [ProgressRow(received, 2), ProgressRow(received + 60, 4, agency=agency)]
    yield told(case, 1, finish, progress=rows)
    if chance.random() < 0.05:
        yield told(case, 1, finish + 60, CaseFacts(status=4, **facts))


def told(case: str, revision: int, second: int, *facts: CaseFacts, **more: Any) -> CaseEvent:
    return case_event(
        source=SOURCE,
        kind="dossier",
        case=case,
        revision=revision,
        observed_at=second * 1_000_000,
        facts=facts[0] if facts else None,
        **more,
    )


def native(partition: int, name: str = "X") -> str:
    """A case id that belongs to that partition."""
    return next(
        case for n in range(9999) if partition_of(case := f"{name}-{n}", PARTITIONS) == partition
    )


class LogWriter:
    """Writes bundles, and knows what a fold of them must be."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self.kafka = kafka
        self.events: dict[str, list[CaseEvent | Reading]] = {PUBLIC_ADMINISTRATION: []}
        self._producer = KafkaProducer(**kafka.client_options(), compression_type="lz4")

    def close(self) -> None:
        self._producer.close()

    def write(
        self,
        events: Sequence[CaseEvent | Reading],
        bundle: int = 50,
        topic: str = PUBLIC_ADMINISTRATION,
    ) -> None:
        """Every event in its partition, in order."""
        lanes: dict[int, list[CaseEvent | Reading]] = {}
        for event in events:
            lanes.setdefault(_home(event, topic), []).append(event)
        for partition, lane in lanes.items():
            for at in range(0, len(lane), bundle):
                self.raw(partition, bundle_of(lane[at : at + bundle]), topic)
        self._producer.flush()
        self.events.setdefault(topic, []).extend(events)

    def raw(self, partition: int, value: bytes | None, topic: str = PUBLIC_ADMINISTRATION) -> None:
        key = b"a message has a key or a value" if value is None else None
        self._producer.send(self.kafka.topic(topic), partition=partition, key=key, value=value)

    def beat(self, beat: Heartbeat) -> None:
        self._producer.send(self.kafka.topic(HEARTBEATS), value=bundle_of([beat]))

    def flush(self) -> None:
        self._producer.flush()

    def folded(self, topic: str = PUBLIC_ADMINISTRATION) -> list[PartitionState]:
        """The same events of a topic through the core alone, open at `NOW`."""
        context = Context(Cells(agencies(), fields()))
        count = topics()[topic].partitions
        states = [PartitionState(topic, number, count, context) for number in range(count)]
        for event in self.events[topic]:
            state = states[_home(event, topic)]
            state.fold(state.next, b"", [event])
        for state in states:
            for _ in state.opening(NOW):
                pass
        return states


def _home(event: CaseEvent | Reading, topic: str) -> int:
    if isinstance(event, CaseEvent):
        subject = event.case
    else:
        subject = reading_subject(event.indicator, event.unit)
    return partition_of(subject, topics()[topic].partitions)


def bundle_of(events: Sequence[CaseEvent | Reading | Heartbeat]) -> bytes:
    return join([encode(event) for event in events])


def hash_of(states: Sequence[PartitionState]) -> str:
    return f"{sum(state.state_hash() for state in states) % HASH_MODULUS:032x}"
