"""Runs the benchmarks, each beside its peer in turn, and reports medians and ratios."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

from connectors.log import topics
from connectors.log.settings import KafkaSettings
from connectors.simulator.scenarios import scenario_of
from deploy.benchmarks.messages import Loaded, load
from deploy.benchmarks.stopwatch import Measured
from deploy.local.broker import Broker

Say = Callable[[str], None]

# One processor for what is measured, another for the broker.
MEASURED_ON, BROKER_ON = "0", "1"


@dataclass(frozen=True, slots=True)
class Rates:
    """Of several runs of one program, in the order in which they ran."""

    name: str
    runs: list[Measured]

    @property
    def per_second(self) -> float:
        return median(run.events / run.wall for run in self.runs)

    @property
    def per_core_second(self) -> float:
        return median(run.events / run.cpu for run in self.runs)

    def memory_per(self, dossiers: int) -> float:
        return median(run.memory / dossiers for run in self.runs)


@dataclass(frozen=True, slots=True)
class FoldReport:
    loaded: Loaded
    worker: Rates
    bare: Rates

    @property
    def ratio(self) -> float:
        """Worker ÷ bare loop, events per second of processor time; median of the pairs."""
        return median(
            (ours.events / ours.cpu) / (peer.events / peer.cpu)
            for ours, peer in zip(self.worker.runs, self.bare.runs, strict=True)
        )

    def lines(self) -> list[str]:
        loaded = self.loaded
        head = (
            f"fold: {loaded.events:,} events of {loaded.dossiers:,} dossiers in "
            f"{loaded.bundles:,} bundles, {len(self.worker.runs)} runs each, in turn"
        )
        return [
            head,
            *(
                f"  {rates.name:<22}{rates.per_second:>10,.0f} events/s   "
                f"{rates.per_core_second:>10,.0f} per core-second   "
                f"{rates.memory_per(loaded.dossiers):>6,.0f} bytes/dossier"
                for rates in (self.worker, self.bare)
            ),
            f"  worker ÷ bare loop, per core-second: {self.ratio:.2f}",
        ]


def fold(directory: Path, *, dossiers: int, bundle: int, runs: int, say: Say) -> FoldReport:
    """The worker against a bare confluent-kafka loop with the same fold, on the same messages."""
    broker = Broker(directory)
    broker.start()
    try:
        for pid in broker.pids():
            os.sched_setaffinity(pid, {int(BROKER_ON)})
        scenario = scenario_of(dossiers, seed=7)
        kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=f"bench-{uuid4().hex[:6]}.")
        topics.create(kafka)
        say(f"writing {dossiers:,} dossiers in bundles of {bundle}")
        loaded = load(kafka, scenario, bundle)
        common = ["--bootstrap", kafka.bootstrap, "--prefix", kafka.prefix]
        common += ["--now", str(scenario.now)]
        worker, bare = Rates("ioc worker (Faust)", []), Rates("bare confluent loop", [])
        for number in range(1, runs + 1):
            say(f"run {number} of {runs}")
            events = ["--events", str(loaded.events)]
            worker.runs.append(_measured("worker_loop", *common, *events))
            bare.runs.append(_measured("bare_loop", *common))
        return FoldReport(loaded, worker, bare)
    finally:
        broker.kill()


def _measured(module: str, *arguments: str) -> Measured:
    command = [sys.executable, "-m", f"deploy.benchmarks.{module}", *arguments]
    done = subprocess.run(
        ["taskset", "-c", MEASURED_ON, *command], stdout=subprocess.PIPE, check=True, timeout=600
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))
