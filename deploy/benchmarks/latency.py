"""From the moment an event is handed to the log until /metrics shows it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

import httpx

from connectors.contract.codec import CaseFacts, encode
from connectors.contract.identity import case_event
from connectors.log import topics
from connectors.log.settings import KafkaSettings
from connectors.log.writer import LogWriter
from deploy.local.broker import Broker
from deploy.local.processes import LOOPBACK, end, free_ports, ioc, spawn, wait_until
from deploy.local.services import answers
from seeds.topics import PUBLIC_ADMINISTRATION

Say = Callable[[str], None]
AGENCY = "000.00.04.H51"
LOOK_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """Seconds, one per event."""

    seconds: list[float]

    def lines(self) -> list[str]:
        p95 = quantiles(self.seconds, n=20)[-1]
        return [
            f"event → /metrics, live: {len(self.seconds)} events one by one",
            (
                f"  median {median(self.seconds):.3f} s   p95 {p95:.3f} s   "
                f"highest {max(self.seconds):.3f} s"
            ),
        ]


def latency(directory: Path, *, events: int, say: Say) -> LatencyReport:
    """Writes a dossier at a time and looks until the worker counts it."""
    broker = Broker(directory / "broker")
    broker.start()
    try:
        kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=f"bench-{uuid4().hex[:6]}.")
        topics.create(kafka)
        [port] = free_ports(1)
        options = ["--port", str(port), "--bootstrap", kafka.bootstrap]
        options += ["--topic-prefix", kafka.prefix, "--name", "bench"]
        log, url = directory / "worker.log", f"http://{LOOPBACK}:{port}"
        worker = spawn(ioc("worker", *options), log)
        try:
            wait_until(lambda: answers(f"{url}/ready"), worker, name="worker", log=log)
            say(f"writing {events} events")
            with LogWriter(kafka, [PUBLIC_ADMINISTRATION]) as writer:
                return LatencyReport([_shown_after(writer, url, n) for n in range(1, events + 1)])
        finally:
            end([worker])
    finally:
        broker.kill()


def _shown_after(writer: LogWriter, url: str, number: int) -> float:
    case, now = f"{AGENCY}-231115-{number:05}", int(time.time())
    event = case_event(
        source="benchmark",
        kind="dossier",
        case=case,
        revision=0,
        observed_at=now * 1_000_000,
        facts=CaseFacts(agency=AGENCY, status=2, submitted=now, received=now),
    )
    began = time.perf_counter()
    writer.submit(PUBLIC_ADMINISTRATION, [(case, encode(event))])
    while _registered(url) < number:
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - began


def _registered(url: str) -> float:
    lines = httpx.get(f"{url}/metrics", timeout=10).text.splitlines()
    return sum(
        float(line.rpartition(" ")[2]) for line in lines if line.startswith("ioc_cases_registered{")
    )
