"""How fast the pure core folds readings, beside dossiers, and what a reading takes in memory.

Both are decoded and folded in bundles, in turn, in the same process; no broker.
"""

import gc
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from connectors.contract import bundles
from connectors.contract.codec import encode
from connectors.contract.identity import reading_event
from connectors.contract.partitions import partition_of, reading_subject
from connectors.simulator.scenarios import scenario_of
from deploy.benchmarks.messages import MICROSECONDS, events_of
from deploy.benchmarks.stopwatch import processor
from seeds.periods import DAY, period_of
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION, topics
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.shell.decoding import read_bundle

SUBSYSTEM, TOPIC = "environment-land", "ioc.environment-land"
INDICATORS: Final = ("salinity", "water_level", "temperature", "ph")
STATIONS: Final = ("tram-01", "tram-02", "tram-03")
FIRST_OF_2023: Final = 1_672_506_000
EVERY_SECONDS: Final = 300
SENT_AFTER_SECONDS: Final = 3
# A dossier has some three events.
EVENTS_PER_DOSSIER: Final = 3

# Partition, encoded bundle, number of its events.
Bundle = tuple[int, bytes, int]


@dataclass(frozen=True, slots=True)
class ReadingsReport:
    """Events per second of processor time, of each run; `memory` in bytes per reading."""

    readings: tuple[float, ...]
    dossiers: tuple[float, ...]
    held: int
    memory: float

    def lines(self) -> list[str]:
        ratio = median(
            ours / theirs for ours, theirs in zip(self.readings, self.dossiers, strict=True)
        )
        head = (
            f"readings: {self.held:,} of {len(INDICATORS) * len(STATIONS)} series, decoded and "
            f"folded by the pure core, {len(self.readings)} runs each, in turn"
        )
        memory = f"   {self.memory:>6,.0f} bytes/reading"
        return [
            head,
            f"  {'readings':<22}{median(self.readings):>10,.0f} events/s{memory}",
            f"  {'dossiers':<22}{median(self.dossiers):>10,.0f} events/s",
            f"  readings ÷ dossiers: {ratio:.2f}",
        ]


def measure(days: int, bundle: int, runs: int) -> ReadingsReport:
    readings = list(_bundles(_readings(days), TOPIC, bundle))
    held = sum(size for *_, size in readings)
    scenario = scenario_of(max(held // EVENTS_PER_DOSSIER, 1), seed=7)
    dossiers = list(_bundles(events_of(scenario), PUBLIC_ADMINISTRATION, bundle))
    gc.collect()
    gc.freeze()
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(_rate(readings, TOPIC))
        theirs.append(_rate(dossiers, PUBLIC_ADMINISTRATION))
    gc.unfreeze()
    return ReadingsReport(tuple(ours), tuple(theirs), held, _memory(readings) / held)


def _rate(log: list[Bundle], topic: str) -> float:
    begun = processor()
    _folded(log, topic)
    return sum(size for *_, size in log) / (processor() - begun)


def _memory(log: list[Bundle]) -> int:
    """Bytes that Python allocated for what is held."""
    tracemalloc.start()
    held = _folded(log, TOPIC)
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held
    return allocated


def _folded(log: list[Bundle], topic: str) -> list[PartitionState]:
    count = topics()[topic].partitions
    context = Context(Cells(agencies(), fields()))
    states = [PartitionState(topic, number, count, context) for number in range(count)]
    for partition, value, _ in log:
        state = states[partition]
        state.fold(state.next, value, read_bundle(value))
    return states


def _readings(days: int) -> Iterator[tuple[str, bytes]]:
    """(subject, encoded event): every station measures everything every five minutes."""
    for step in range(days * DAY // EVERY_SECONDS):
        time = FIRST_OF_2023 + step * EVERY_SECONDS
        period = period_of("instant", time)
        for indicator in INDICATORS:
            for unit in STATIONS:
                event = reading_event(
                    source="stations",
                    subsystem=SUBSYSTEM,
                    indicator=indicator,
                    unit=unit,
                    period=period,
                    value=step % 97 / 10,
                    time=time,
                    revision=0,
                    observed_at=(time + SENT_AFTER_SECONDS) * MICROSECONDS,
                )
                yield reading_subject(indicator, unit), encode(event)


def _bundles(events: Iterable[tuple[str, bytes]], topic: str, size: int) -> Iterator[Bundle]:
    count = topics()[topic].partitions
    waiting: defaultdict[int, list[bytes]] = defaultdict(list)
    for subject, event in events:
        partition = partition_of(subject, count)
        waiting[partition].append(event)
        if len(waiting[partition]) == size:
            yield partition, bundles.join(waiting.pop(partition)), size
    for partition, rest in waiting.items():
        yield partition, bundles.join(rest), len(rest)
