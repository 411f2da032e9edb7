"""A backlog of readings from the source to the acknowledged log, beside peers in the same run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from statistics import median
from typing import Any, Final
from uuid import uuid4

import httpx

from connectors.log import topics
from connectors.log.settings import KafkaSettings
from deploy.benchmarks.receiver import processor
from deploy.benchmarks.run import BROKER_ON, MEASURED_ON
from deploy.benchmarks.sources_rows import Place, place
from deploy.benchmarks.stopwatch import Measured
from deploy.local.broker import Broker
from deploy.local.processes import (
    LOOPBACK,
    MissingProgramError,
    StartError,
    end,
    free_ports,
    ioc,
    spawn,
    wait_until,
)
from deploy.local.services import answers

Say = Callable[[str], None]
# `connect` is the real process, from source to acknowledged log; the rest is for comparison.
WAYS: Final = ("connect", "adapter", "mapping", "bare")
LOOK_SECONDS, PATIENCE_SECONDS = 0.1, 300.0
_CONFIG = """
[kafka]
bootstrap = "{bootstrap}"
prefix = "{prefix}"
[connect]
port = {port}
data = "{directory}/data"
[[source]]
name = "stations"
connector = "{connector}"
subsystem = "environment-land"
every_seconds = 0.1
[source.{family}]
{settings}
[source.readings]
unit = "tram"
time = "luc"
values = {{ salinity = "man" }}
"""


@dataclass(frozen=True, slots=True)
class Connector:
    """Its runs, by way, in the order in which they ran."""

    name: str
    runs: dict[str, list[Measured]] = field(default_factory=lambda: {way: [] for way in WAYS})

    def per_second(self, way: str) -> float:
        return median(run.events / run.wall for run in self.runs[way])

    def per_core_second(self, way: str) -> float:
        return median(run.events / run.cpu for run in self.runs[way])

    def ratio(self, peer: str) -> float:
        """`ioc connect` ÷ peer, readings per second of processor time; median of the pairs."""
        return median(
            (ours.events / ours.cpu) / (other.events / other.cpu)
            for ours, other in zip(self.runs["connect"], self.runs[peer], strict=True)
        )

    def line(self) -> str:
        return (
            f"  {self.name:<11}{self.per_second('connect'):>10,.0f}"
            f"{self.per_core_second('connect'):>10,.0f}"
            f"{self.per_core_second('adapter'):>10,.0f}{self.per_core_second('mapping'):>10,.0f}"
            f"{self.per_second('bare'):>11,.0f}{self.per_core_second('bare'):>10,.0f}"
            f"{self.ratio('bare'):>8.2f}{self.ratio('adapter'):>9.2f}"
        )


@dataclass(frozen=True, slots=True)
class ThroughputReport:
    readings: int
    runs: int
    connectors: Sequence[Connector]

    def lines(self) -> list[str]:
        return [
            (
                f"sources: {self.readings:,} readings each, one core, source → acknowledged log; "
                f"{self.runs} runs each, in turn"
            ),
            (
                f"  {'':<11}{'ioc connect':>20}{'adapter':>10}{'+ mapping':>10}"
                f"{'bare loop':>21}{'connect ÷':>17}"
            ),
            (
                f"  {'':<11}{'/s':>10}{'/core-s':>10}{'/core-s':>10}{'/core-s':>10}"
                f"{'/s':>11}{'/core-s':>10}{'bare':>8}{'adapter':>9}"
            ),
            *(one.line() for one in self.connectors),
        ]


def throughput(
    directory: Path, *, readings: int, connectors: Sequence[str], runs: int, say: Say
) -> ThroughputReport:
    """Connectors whose server is not on this machine are left out, and said."""
    broker = Broker(directory / "broker")
    broker.start()
    try:
        os.sched_setaffinity(0, {int(BROKER_ON)})  # and so the database servers
        for pid in broker.pids():
            os.sched_setaffinity(pid, {int(BROKER_ON)})
        kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=f"bench-{uuid4().hex[:6]}.")
        topics.create(kafka)
        measured = [_connector(directory, kafka, name, readings, runs, say) for name in connectors]
        return ThroughputReport(readings, runs, [one for one in measured if one])
    finally:
        broker.kill()


def _connector(
    directory: Path, kafka: KafkaSettings, name: str, readings: int, runs: int, say: Say
) -> Connector | None:
    say(f"{name}: preparing {readings:,} readings")
    try:
        rows = place(directory, name, readings)
    except (MissingProgramError, StartError) as error:
        say(f"{name} is left out: {error}")
        return None
    found = Connector(name)
    try:
        for number in range(1, runs + 1):
            say(f"{name}: run {number} of {runs}")
            found.runs["connect"].append(_connect(directory, kafka, name, rows, readings))
            for way in WAYS[1:]:
                found.runs[way].append(_peer(directory, rows, way))
    finally:
        rows.remove()
    return found


def _connect(
    directory: Path, kafka: KafkaSettings, name: str, rows: Place, readings: int
) -> Measured:
    """Of the process, from the moment at which the rows are there; they stay hidden after it."""
    [port] = free_ports(1)
    rmtree(directory / "data", ignore_errors=True)
    config, log, at = directory / "ioc.toml", directory / "log", f"http://{LOOPBACK}:{port}"
    settings = "\n".join(f"{key} = {json.dumps(value)}" for key, value in rows.settings.items())
    config.write_text(
        _CONFIG.format(
            bootstrap=kafka.bootstrap,
            prefix=kafka.prefix,
            port=port,
            directory=directory,
            connector=name,
            family=rows.family,
            settings=settings,
        ),
        encoding="utf-8",
    )
    command = ["taskset", "-c", MEASURED_ON, *ioc("connect", "--config", str(config))]
    process = spawn(command, log)
    try:
        wait_until(lambda: answers(f"{at}/health"), process, name="connect", log=log)
        wait_until(lambda: _source(at)["state"] == "live", process, name="connect", log=log)
        wall, cpu = time.perf_counter(), processor(process.pid)
        rows.show()
        while (source := _source(at))["accepted"] < readings:
            if source["refused"] or time.perf_counter() - wall > PATIENCE_SECONDS:
                raise StartError(f"connect does not read everything: {source}")
            time.sleep(LOOK_SECONDS)
        wall, cpu = time.perf_counter() - wall, processor(process.pid) - cpu
        return Measured(source["accepted"], wall, cpu, 0)
    finally:
        end([process])
        rows.hide()


def _source(at: str) -> dict[str, Any]:
    told = httpx.get(f"{at}/sources", timeout=10, trust_env=False).json()
    found: dict[str, Any] = told["sources"][0]
    return found


def _peer(directory: Path, rows: Place, way: str) -> Measured:
    module = [sys.executable, "-m", "deploy.benchmarks.sources_peer"]
    arguments = ["--config", str(directory / "ioc.toml"), "--way", way]
    rows.show()
    try:
        done = subprocess.run(
            ["taskset", "-c", MEASURED_ON, *module, *arguments],
            stdout=subprocess.PIPE,
            check=True,
            timeout=600,
        )
    finally:
        rows.hide()
    return Measured(**json.loads(done.stdout.splitlines()[-1]))
