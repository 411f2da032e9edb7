"""Real Prometheus, two workers that pass partitions to and fro: no total is ever wrong.

Every partition counts the same all the time, so any other total than theirs is a lie: each sample
that the rules have written is looked at. The workers are stand-ins, because real ones move a
partition a few times a minute, and these do so ten times a second, while Prometheus scrapes and
evaluates twenty times as often as in life. Cases change their phase all the time, so that series
come and go, and Prometheus itself is killed and comes back, with all that it still remembers.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from deploy.local import prometheus
from deploy.local.processes import free_ports, spawn, wait_until
from deploy.prometheus.configuration import LOOKBACK_SECONDS
from seeds.topics import PUBLIC_ADMINISTRATION, topics

PARTITIONS = topics()[PUBLIC_ADMINISTRATION].partitions
SECONDS = 5.0
TOTALS = {"x": sum(range(1, PARTITIONS + 1)), "y": 10 * PARTITIONS}


class Worker:
    """`held`: partition -> whether it is caught up, and so counted."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: dict[int, bool] = {}
        self.dead = False

    def metrics(self) -> str:
        with self.lock:
            held = dict(self.held)
        topic = f'topic="{PUBLIC_ADMINISTRATION}"'
        counts: Counter[str] = Counter()
        for partition, caught_up in held.items():
            if caught_up:
                counts += Counter(x=partition + 1, y=10)
        lines = [
            f'ioc_fold_caught_up{{{topic},partition="{partition}"}} {int(caught_up)}'
            for partition, caught_up in held.items()
        ]
        phase = random.choice(["processing", "overdue", "paused"])
        channel = random.choice(["online", "counter", "post"])
        labels = f'{topic},kind="dossier",channel="{channel}",phase="{phase}"'
        lines += [
            f'ioc_cases_open{{{labels},agency="{agency}"}} {count}'
            for agency, count in counts.items()
        ]
        return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def workers() -> Iterator[tuple[list[Worker], list[str]]]:
    found = [Worker(), Worker()]
    servers = []
    for worker in found:
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), _handler(worker)))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,)).start()
    yield found, [f"127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def _handler(worker: Worker) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if worker.dead:
                self.close_connection = True
                return
            body = worker.metrics().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            # An answer takes its time: another scrape, or an evaluation, comes in between.
            time.sleep(random.uniform(0, 0.02))
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    return Handler


class Prometheus:
    def __init__(self, directory: Path, targets: list[str]) -> None:
        [port] = free_ports(1)
        self.log = directory / "prometheus.log"
        named = {"worker": dict(zip("ab", targets, strict=True))}
        self.service = prometheus.service(directory / "p", port, named, log=self.log)
        self.command = [_hurried(word) for word in self.service.command]
        for file in (directory / "p").rglob("*.yml"):
            file.write_text(_hurried(file.read_text()))
        self.start()

    def start(self) -> None:
        self.process = spawn(self.command, self.log)
        wait_until(self.service.ready, self.process, name="prometheus", log=self.log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def running(
    workers: tuple[list[Worker], list[str]], tmp_path: Path
) -> Iterator[tuple[list[Worker], Prometheus]]:
    found, targets = workers
    started = Prometheus(tmp_path, targets)
    yield found, started
    started.kill()


def _hurried(text: str) -> str:
    """Twenty times as fast."""
    fast = text.replace('"2s"', '"100ms"').replace('"5s"', '"250ms"')
    return fast.replace(f"delta={LOOKBACK_SECONDS}s", f"delta={LOOKBACK_SECONDS * 50}ms")


def _pause() -> None:
    time.sleep(random.uniform(0.0, 0.15))


def _move_cleanly(giver: Worker, taker: Worker, partition: int) -> None:
    with giver.lock:
        giver.held.pop(partition, None)
    _pause()
    with taker.lock:
        taker.held[partition] = False
    _pause()
    with taker.lock:
        taker.held[partition] = True


def _move_from_a_zombie(giver: Worker, taker: Worker, partition: int) -> None:
    with taker.lock:
        taker.held[partition] = True
    _pause()
    with giver.lock:
        giver.held.pop(partition, None)


def _die(giver: Worker, taker: Worker) -> None:
    giver.dead = True
    _pause()
    for partition in list(giver.held):
        with taker.lock:
            taker.held[partition] = True
    with giver.lock:
        giver.held.clear()
    _pause()
    giver.dead = False


def _move_about(workers: list[Worker], seconds: float) -> int:
    moves = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        giver, taker = random.sample(workers, 2)
        with giver.lock:
            held = list(giver.held)
        if not held:
            continue
        moves += 1
        if moves % 10 == 0:
            _die(giver, taker)
        else:
            move = random.choice([_move_cleanly, _move_from_a_zombie])
            move(giver, taker, random.choice(held))
        # Calm now and then, or nothing would ever be complete.
        time.sleep(random.uniform(0.0, 0.4))
    return moves


def _samples(url: str, query: str) -> dict[float, dict[str, float]]:
    """Evaluation -> agency -> value, of every sample that was written."""
    answer = httpx.get(f"{url}/api/v1/query", params={"query": query}, trust_env=False).json()
    found: dict[float, dict[str, float]] = {}
    for series in answer["data"]["result"]:
        for at, value in series["values"]:
            totals, agency = found.setdefault(at, {}), series["metric"].get("agency", "")
            totals[agency] = totals.get(agency, 0.0) + float(value)
    return found


def _eventually_scraped(url: str) -> None:
    """Prometheus learns of its targets only some seconds after its start."""
    deadline = time.monotonic() + 30
    while len(_samples(url, "up[400ms]")) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_no_total_is_ever_wrong_only_older(running: tuple[list[Worker], Prometheus]) -> None:
    workers, scraper = running
    url = scraper.service.address
    workers[0].held = dict.fromkeys(range(PARTITIONS), True)
    _eventually_scraped(url)
    assert _move_about(workers, SECONDS) > 5
    scraper.kill()
    time.sleep(scraper.service.rest_seconds / 20)
    scraper.start()
    _eventually_scraped(url)
    assert _move_about(workers, SECONDS) > 5
    whole = _samples(url, "ioc:cases_open[5m]")
    last = _samples(url, "ioc:cases_open:last[5m]")
    complete = _samples(url, "ioc:topic_complete[5m]")
    assert {at: totals for at, totals in whole.items() if totals != TOTALS} == {}
    assert {at: totals for at, totals in last.items() if totals != TOTALS} == {}
    # The scene is one in which plain sums lie; else all this would prove nothing.
    plain = _samples(url, "sum by (agency) (ioc_cases_open)[5m:100ms]")
    assert [totals for totals in plain.values() if totals != TOTALS]
    # The moves were seen: at many instants nothing was complete, and the last total still stood.
    assert len(last) > len(whole) + 10
    assert len(complete) < len(last)
    ages = _samples(url, "ioc:topic_complete_timestamp_seconds:last[5m]")
    assert max(at - seen[""] for at, seen in ages.items()) > 0.2
