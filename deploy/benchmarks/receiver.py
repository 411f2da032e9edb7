"""Receiver → log from arrays of 500, beside the same parsing alone in one process."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from connectors.dvcqg.catalogue import catalogue
from connectors.dvcqg.parser import Call
from connectors.dvcqg.reading import dossiers as read_dossiers
from connectors.log import topics
from connectors.log.settings import KafkaSettings
from connectors.simulator.feed import Request, generate
from connectors.simulator.requests import DOSSIERS
from connectors.simulator.scenarios import scenario_of
from connectors.simulator.sender import Account, send
from deploy.benchmarks.run import BROKER_ON, MEASURED_ON
from deploy.local.accounts import simulator_account
from deploy.local.broker import Broker
from deploy.local.processes import LOOPBACK, end, free_ports, ioc, spawn, wait_until
from deploy.local.services import answers

Say = Callable[[str], None]
ARRAY = 500
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """`cpu`: seconds of the receiver's process; `parsed_per_second`: parsing alone, one core."""

    objects: int
    requests: int
    wall: float
    cpu: float
    parsed_per_second: float

    def lines(self) -> list[str]:
        per_core = self.objects / self.cpu
        return [
            f"receiver: {self.objects:,} dossier objects in {self.requests:,} arrays of {ARRAY}",
            (
                f"  receiver → log        {self.objects / self.wall:>10,.0f} objects/s   "
                f"{per_core:>10,.0f} per core-second"
            ),
            f"  parsing alone         {self.parsed_per_second:>10,.0f} objects/s",
            f"  receiver ÷ parsing alone, per core-second: {per_core / self.parsed_per_second:.2f}",
        ]


def receive(directory: Path, *, objects: int, say: Say) -> ReceiverReport:
    """Everything the receiver does until Kafka has acknowledged the last dossier."""
    say(f"preparing {objects:,} dossier objects")
    requests = _arrays(objects)
    broker = Broker(directory / "broker")
    broker.start()
    try:
        for pid in broker.pids():
            os.sched_setaffinity(pid, {int(BROKER_ON)})
        kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=f"bench-{uuid4().hex[:6]}.")
        topics.create(kafka)
        say("sending")
        wall, cpu = _sent(directory, kafka, requests)
    finally:
        broker.kill()
    return ReceiverReport(objects, len(requests), wall, cpu, _parsed_per_second(requests))


def _arrays(objects: int) -> list[Request]:
    """Inserts in full arrays, each to be sent in the lane of its turn."""
    cases: list[str] = []
    records: list[bytes] = []
    feed, _ = generate(scenario_of(objects, seed=7))
    for request in feed:
        if request.service == DOSSIERS and len(records) < objects:
            cases += request.cases
            records += request.objects
    starts = range(0, objects, ARRAY)
    return [
        Request(
            at=0,
            lane=number % 8,
            service=DOSSIERS,
            madonvi="000.00.00.H51",
            updating=False,
            cases=cases[start : start + ARRAY],
            objects=records[start : start + ARRAY],
            remaining=len(starts) - 1 - number,
        )
        for number, start in enumerate(starts)
    ]


def _sent(directory: Path, kafka: KafkaSettings, requests: list[Request]) -> tuple[float, float]:
    account = simulator_account(directory / "secrets")
    [port] = free_ports(1)
    url = f"http://{LOOPBACK}:{port}"
    options = {
        "--port": port,
        "--accounts": account.accounts,
        "--data": directory / "receiver",
        "--bootstrap": kafka.bootstrap,
        "--topic-prefix": kafka.prefix,
    }
    words = [str(word) for option in options.items() for word in option]
    log = directory / "receiver.log"
    process = spawn(["taskset", "-c", MEASURED_ON, *ioc("connect", "dvcqg", *words)], log)
    try:
        wait_until(lambda: answers(f"{url}/health"), process, name="receiver", log=log)
        os.sched_setaffinity(0, {int(BROKER_ON)})
        password = account.password.read_text(encoding="utf-8").strip()
        wall, cpu = time.perf_counter(), processor(process.pid)
        asyncio.run(send(requests, Account(url, account.username, password)))
        return time.perf_counter() - wall, processor(process.pid) - cpu
    finally:
        end([process])


def processor(pid: int) -> float:
    """User and system seconds of a process."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def _parsed_per_second(requests: list[Request]) -> float:
    known = catalogue()
    call = Call("benchmark", DOSSIERS, "000.00.00.H51", updating=False)
    bodies = [b"[%b]" % b",".join(request.objects) for request in requests]
    began = time.process_time()
    accepted = sum(read_dossiers(body, call, known, 1).accepted for body in bodies)
    return accepted / (time.process_time() - began)
