"""The peer of the worker: a bare confluent-kafka loop with msgspec and the same pure fold.

Run as a program; prints what it measured as one line of JSON.
"""

import argparse
import json
import sys

from confluent_kafka import Consumer, Message, TopicPartition

from deploy.benchmarks.stopwatch import Stopwatch, resident
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION, topics
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.shell.decoding import read_bundle

MESSAGES_A_CALL = 100
# `consume` waits so long for a full call, also at the end of the log.
PATIENCE_SECONDS = 0.02


def main(bootstrap: str, prefix: str, now: int) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"{prefix}bare",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    name = prefix + PUBLIC_ADMINISTRATION
    count = topics()[PUBLIC_ADMINISTRATION].partitions
    ends = {n: consumer.get_watermark_offsets(TopicPartition(name, n))[1] for n in range(count)}
    context = Context(Cells(agencies(), fields()))
    states = [PartitionState(PUBLIC_ADMINISTRATION, n, count, context) for n in range(count)]
    consumer.assign([TopicPartition(name, n, 0) for n in range(count)])
    empty = resident()
    watch: Stopwatch | None = None
    events = 0
    while any(states[n].next < end for n, end in ends.items()):
        messages = consumer.consume(MESSAGES_A_CALL, PATIENCE_SECONDS)
        if messages and watch is None:
            watch = Stopwatch(empty)
        events += sum(_fold(states, message) for message in messages)
    for state in states:
        for _ in state.opening(now):
            pass
    assert watch is not None
    sys.stdout.write(json.dumps(watch.stop(events).as_json()) + "\n")
    consumer.close()


def _fold(states: list[PartitionState], message: Message) -> int:
    """The number of events of the message."""
    partition, offset, value = message.partition(), message.offset(), message.value()
    assert partition is not None
    assert offset is not None
    assert value is not None
    bundle = read_bundle(value)
    states[partition].fold(offset, value, bundle)
    return len(bundle)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bootstrap", required=True)
    arguments.add_argument("--prefix", required=True)
    arguments.add_argument("--now", type=int, required=True)
    main(**vars(arguments.parse_args()))
