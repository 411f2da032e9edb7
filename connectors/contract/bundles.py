"""Bundles: a Kafka message is a JSON array of events that share a partition.

Sources deliver arrays, and per-message cost is what makes both Kafka clients slow.
"""

from collections.abc import Iterable, Iterator

MAX_EVENTS = 500
MAX_BYTES = 256 * 1024
MAX_WAIT_SECONDS = 0.050


def pack(events: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Encoded events of one partition, in order, as (message, number of events).

    A message holds at most `MAX_EVENTS` events and `MAX_BYTES` bytes; an event that is larger
    than that alone is a message of its own.
    """
    held: list[bytes] = []
    size = 2
    for event in events:
        if held and (len(held) >= MAX_EVENTS or size + len(event) + 1 > MAX_BYTES):
            yield join(held), len(held)
            held, size = [], 2
        held.append(event)
        size += len(event) + 1
    if held:
        yield join(held), len(held)


def join(events: list[bytes]) -> bytes:
    return b"[" + b",".join(events) + b"]"
