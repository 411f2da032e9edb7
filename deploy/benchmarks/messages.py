"""A year-like log for benchmarks: what a simulated one-stop system sends, as events in bundles."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kafka import KafkaProducer

from connectors.contract import bundles, codec
from connectors.contract.partitions import partition_of
from connectors.dvcqg import parser, wire
from connectors.dvcqg.catalogue import Catalogue, catalogue
from connectors.log.settings import KafkaSettings
from connectors.simulator.feed import Request, generate
from connectors.simulator.requests import DOSSIERS
from connectors.simulator.scenarios import Scenario
from seeds.topics import PUBLIC_ADMINISTRATION, topics


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

    for case, event in _events(scenario):
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


def _events(scenario: Scenario) -> Iterator[tuple[str, bytes]]:
    known = catalogue()
    requests, _ = generate(scenario)
    observed_at = scenario.now * 1_000_000
    for request in requests:
        observed_at += 1_000
        for event in _parsed(request, known, observed_at):
            yield event.case, codec.encode(event)


def _parsed(request: Request, catalogue: Catalogue, observed_at: int) -> Iterator[codec.CaseEvent]:
    call = parser.Call("benchmark", request.service, request.madonvi, request.updating)
    if request.service == DOSSIERS:
        for record in request.objects:
            yield parser.dossier(wire.dossier(record), call, catalogue, observed_at).event
        return
    rows: defaultdict[str, list[codec.ProgressRow]] = defaultdict(list)
    for record in request.objects:
        step = parser.step(wire.step(record), call, catalogue)
        rows[step.case].append(step.row)
    for case, steps in rows.items():
        yield parser.progress(case, steps, call, observed_at)
