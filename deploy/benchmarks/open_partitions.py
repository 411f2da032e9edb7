"""How fast the pure core folds a year into partitions that are open, and how fast a gate opens.

Into an open partition every event is derived at once: each case touched by a bundle stands anew,
is counted and scheduled. Decoding is not measured here; events are made before the clock starts.
"""

import gc
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from connectors.contract import bundles
from connectors.contract.partitions import partition_of
from connectors.simulator.scenarios import scenario_of
from deploy.benchmarks.messages import events_of
from deploy.benchmarks.stopwatch import processor
from seeds.procedures import fields
from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION, topics
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState
from streams.shell.decoding import read_bundle

# Goals: events per second of processor time, and seconds for so many cases.
OPEN_GOAL: Final = 100_000
GATE_CASES, GATE_SECONDS = 606_000, 10.0

Bundle = tuple[int, list[object]]


@dataclass(frozen=True, slots=True)
class OpenReport:
    """Of each run, seconds of processor time."""

    events: int
    dossiers: int
    folding: tuple[float, ...]
    opening: tuple[float, ...]

    def lines(self) -> list[str]:
        folding = [self.events / seconds for seconds in self.folding]
        gates = [seconds * GATE_CASES / self.dossiers for seconds in self.opening]
        return [
            f"open partitions: {self.events:,} events of {self.dossiers:,} dossiers, pure core",
            # Whatever disturbs a run makes it slower: the best is nearest to what a core can do.
            _line("folded while open", "events/s", median(folding), max(folding), OPEN_GOAL),
            _line(f"a gate of {GATE_CASES:,} cases", "s", median(gates), min(gates), GATE_SECONDS),
        ]


def _line(what: str, unit: str, median_run: float, best_run: float, goal: float) -> str:
    digits = 0 if goal >= OPEN_GOAL else 1
    value, best = (f"{run:,.{digits}f} {unit}" for run in (median_run, best_run))
    return f"  {what:<34}{value:>20}   best run {best:>18}   goal {goal:>8,.0f}"


def measure(dossiers: int = 30_000, bundle: int = 200, runs: int = 3) -> OpenReport:
    scenario = scenario_of(dossiers, seed=7)
    count = topics()[PUBLIC_ADMINISTRATION].partitions
    log = list(_bundles(events_of(scenario), count, bundle))
    folding, opening = [], []
    # The events would not lie in a worker's memory.
    gc.collect()
    gc.freeze()
    for _ in range(runs):
        states = _states(count)
        _open(states, scenario.now)
        folding.append(_folded(states, log))
        closed = _states(count)
        _folded(closed, log)
        opening.append(_open(closed, scenario.now))
    gc.unfreeze()
    return OpenReport(
        sum(len(events) for _, events in log), dossiers, tuple(folding), tuple(opening)
    )


def _states(count: int) -> list[PartitionState]:
    context = Context(Cells(agencies(), fields()))
    return [PartitionState(PUBLIC_ADMINISTRATION, n, count, context) for n in range(count)]


def _open(states: list[PartitionState], now: int) -> float:
    begun = processor()
    for state in states:
        for _ in state.opening(now):
            pass
    return processor() - begun


def _folded(states: list[PartitionState], log: list[Bundle]) -> float:
    begun = processor()
    for partition, events in log:
        state = states[partition]
        state.fold(state.next, b"", events)
    return processor() - begun


def _bundles(events: Iterator[tuple[str, bytes]], count: int, size: int) -> Iterator[Bundle]:
    """In the order in which a connector would send them."""
    waiting: defaultdict[int, list[bytes]] = defaultdict(list)
    for case, event in events:
        partition = partition_of(case, count)
        waiting[partition].append(event)
        if len(waiting[partition]) == size:
            yield partition, list(read_bundle(bundles.join(waiting.pop(partition))))
    for partition, rest in waiting.items():
        yield partition, list(read_bundle(bundles.join(rest)))
