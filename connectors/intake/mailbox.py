"""Reading the topic of dead letters: what was refused, and what became of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition

from connectors.intake.letters import DeadLetter, Settled, Settlement, decode_letters
from connectors.log.admin import knock
from connectors.log.settings import KafkaSettings
from seeds.topics import DEAD_LETTERS

READ_SECONDS = 60.0


class MailboxError(Exception):
    """The topic cannot be read: where, and why."""


@dataclass(slots=True)
class Entry:
    """A refused record; `outcome` None while somebody should still look at it."""

    letter: DeadLetter
    outcome: Settled | None = None


def read(settings: KafkaSettings) -> list[Entry]:
    """Every refused record once, oldest first. Raises MailboxError; OSError, KafkaError when Kafka
    is away.
    """
    entries: dict[str, Entry] = {}
    outcomes: dict[str, tuple[int, Settled]] = {}
    for letter in _letters(settings):
        if isinstance(letter, DeadLetter):
            entries.setdefault(letter.hash, Entry(letter))
        elif isinstance(letter, Settlement):
            outcomes[letter.hash] = max(
                outcomes.get(letter.hash, (0, letter.outcome)), (letter.at, letter.outcome)
            )
    for name, (_, outcome) in outcomes.items():
        if name in entries:
            entries[name].outcome = outcome
    return sorted(entries.values(), key=lambda entry: entry.letter.observed_at)


def _letters(settings: KafkaSettings) -> Iterator[DeadLetter | Settlement]:
    knock(settings, 2.0)
    consumer = KafkaConsumer(**settings.client_options(), auto_offset_reset="earliest")
    try:
        for value in _values(consumer, settings.topic(DEAD_LETTERS)):
            try:
                yield from decode_letters(value)
            except msgspec.DecodeError as error:
                raise MailboxError(
                    f"{settings.topic(DEAD_LETTERS)}: a message is no array of letters ({error})"
                ) from error
    finally:
        consumer.close()


def _values(consumer: Any, topic: str) -> Iterator[bytes]:
    """All messages up to now."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise MailboxError(f"topic {topic} is not there: run `ioc topics create`")
    places = [TopicPartition(topic, number) for number in numbers]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    deadline = time.monotonic() + READ_SECONDS
    while any(consumer.position(place) < end for place, end in ends.items()):
        for records in consumer.poll(timeout_ms=500).values():
            yield from (record.value for record in records)
        if time.monotonic() > deadline:
            raise MailboxError(f"{topic} was not read to its end within {READ_SECONDS:.0f} s")
