"""A year-like log for benchmarks: what a simulated one-stop system sends, as events in bundles."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kafka import KafkaProducer

from connectors.contract import bundles
from connectors.contract.partitions import partition_of
from connectors.dvcqg import reading
from connectors.dvcqg.catalogue import catalogue
from connectors.dvcqg.parser import Call
from connectors.log.settings import KafkaSettings
from connectors.simulator.feed import generate
from connectors.simulator.requests import DOSSIERS
from connectors.simulator.scenarios import Scenario
from seeds.topics import PUBLIC_ADMINISTRATION, topics

MICROSECONDS = 1_000_000
# Every record of an array is observed at a microsecond of its own.
ARRAY_MICROSECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What lies in the topic: events, bundles, dossiers."""

    events: int
    bundles: int
    dossiers: int


def load(kafka: KafkaSettings, scenario: Scenario, bundle: int) -> Loaded:
    """Writes the scenario's events to public administration, `bundle` events a message."""
    producer = KafkaProducer(
        **kafka.client_options(), acks="all", compression_type="lz4", linger_ms=20
    )
    count = topics()[PUBLIC_ADMINISTRATION].partitions
    waiting: defaultdict[int, list[bytes]] = defaultdict(list)
    events = sent = 0

    def flush(partition: int) -> None:
        nonlocal events, sent
        message = bundles.join(waiting.pop(partition))
        producer.send(kafka.topic(PUBLIC_ADMINISTRATION), message, partition=partition)
        sent += 1

    for case, event in events_of(scenario):
        partition = partition_of(case, count)
        waiting[partition].append(event)
        events += 1
        if len(waiting[partition]) == bundle:
            flush(partition)
    for partition in list(waiting):
        flush(partition)
    producer.flush(timeout=60)
    producer.close()
    return Loaded(events, sent, scenario.dossiers)


def events_of(scenario: Scenario) -> Iterator[tuple[str, bytes]]:
    """(dossier, encoded event), read as the receiver reads them."""
    known = catalogue()
    requests, _ = generate(scenario)
    observed_at = scenario.now * MICROSECONDS
    for request in requests:
        observed_at += ARRAY_MICROSECONDS
        call = Call("benchmark", request.service, request.madonvi, request.updating)
        read = reading.dossiers if request.service == DOSSIERS else reading.steps
        data = b"[%b]" % b",".join(request.objects)
        yield from read(data, call, known, observed_at).events
