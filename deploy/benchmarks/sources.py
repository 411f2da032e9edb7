"""Many sources at their normal rates in one `ioc connect`: how much of a core do they take?

A third are stations over HTTP, asked every minute; a third tables of SQLite, every 30 seconds; a
third folders of CSV files, looked into every 5 seconds.
"""

import csv
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from connectors.log import topics
from connectors.log.settings import KafkaSettings
from deploy.benchmarks.receiver import processor
from deploy.local.broker import Broker
from deploy.local.processes import LOOPBACK, end, free_ports, ioc, spawn, wait_until
from deploy.local.services import answers

Say = Callable[[str], None]
STATIONS, ROWS = 10, 5
ROWS_EVERY_SECONDS = 30.0
# By connector: its family in the settings, and how often it is asked.
_ASKED = {"http-json": ("http", 60), "sqlite": ("sql", 30), "csv": ("files", 5)}
_SOURCE = """
[[source]]
name = "{name}"
connector = "{connector}"
subsystem = "environment-land"
every_seconds = {every}
simulated = true
[source.{family}]
{settings}
[source.readings]
unit = "tram"
time = "gio"
values = {{ salinity = "man", water_level = "muc", temperature = "nhiet", ph = "ph" }}
"""


@dataclass(frozen=True, slots=True)
class SourcesReport:
    """`cpu` and `wall`: seconds of the process and of the clock; counts of that time."""

    sources: int
    cpu: float
    wall: float
    polls: float
    records: float
    memory: float

    def lines(self) -> list[str]:
        return [
            f"connect: {self.sources} sources at their normal rates, {self.wall:.0f} s",
            f"  {self.cpu / self.wall:.1%} of a core   {self.memory / 2**20:.0f} MiB",
            f"  {self.polls / self.wall:.1f} polls/s   {self.records / self.wall:.0f} records/s",
        ]


def connect(directory: Path, *, sources: int, seconds: float, say: Say) -> SourcesReport:
    """Everything that the process does, from the sources to the acknowledged log."""
    broker = Broker(directory / "broker")
    broker.start()
    try:
        kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix=f"bench-{uuid4().hex[:6]}.")
        topics.create(kafka)
        with _stations() as url, _told(directory, sources // 3 + 1):
            return _measured(directory, kafka, url, sources, seconds, say)
    finally:
        broker.kill()


def _measured(
    directory: Path, kafka: KafkaSettings, url: str, sources: int, seconds: float, say: Say
) -> SourcesReport:
    [port] = free_ports(1)
    config, log = directory / "ioc.toml", directory / "connect.log"
    head = f'[connect]\nport = {port}\ndata = "{directory}/data"\n'
    head += f'[kafka]\nbootstrap = "{kafka.bootstrap}"\nprefix = "{kafka.prefix}"\n'
    config.write_text(head + "".join(_declared(directory, url, sources)), encoding="utf-8")
    at = f"http://{LOOPBACK}:{port}"
    process = spawn(ioc("connect", "--config", str(config)), log)
    try:
        wait_until(lambda: answers(f"{at}/health"), process, name="connect", log=log)
        say(f"{sources} sources are asked for the first time")
        wait_until(lambda: _all_asked(at, sources), process, name="connect", log=log)
        say(f"measuring for {seconds:.0f} s")
        polls, records = _sum(at, "ioc_connect_polls_total"), _sum(at, "ioc_connect_records_total")
        cpu, wall = processor(process.pid), time.perf_counter()
        time.sleep(seconds)
        cpu, wall = processor(process.pid) - cpu, time.perf_counter() - wall
        return SourcesReport(
            sources=sources,
            cpu=cpu,
            wall=wall,
            polls=_sum(at, "ioc_connect_polls_total") - polls,
            records=_sum(at, "ioc_connect_records_total") - records,
            memory=_memory(process.pid),
        )
    finally:
        end([process])


def _declared(directory: Path, url: str, sources: int) -> Iterator[str]:
    for number in range(sources):
        connector = list(_ASKED)[number % len(_ASKED)]
        family, every = _ASKED[connector]
        match family:
            case "http":
                settings = f'url = "{url}/{number}"'
            case "sql":
                settings = f'file = "{directory}/tables.db"\ntable = "t{number // 3}"\n'
                settings += 'watermark = "id"\nkey = "id"'
            case _:
                settings = f'folder = "{_folder(directory, number // 3)}"'
        yield _SOURCE.format(
            name=f"source-{number}",
            connector=connector,
            every=every,
            family=family,
            settings=settings,
        )


def _folder(directory: Path, number: int) -> Path:
    return directory / "folders" / str(number)


def _all_asked(at: str, sources: int) -> bool:
    told = httpx.get(f"{at}/sources", timeout=10, trust_env=False).json()["sources"]
    return [one["state"] for one in told].count("live") == sources


def _sum(at: str, name: str) -> float:
    lines = httpx.get(f"{at}/metrics", timeout=10, trust_env=False).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + "{"))


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return float(line.split()[1]) * 1024


def _row(number: int) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    level = time.monotonic() % 5
    return {
        "tram": f"tram-{number:02}",
        "gio": now,
        "man": level,
        "muc": 1.5,
        "nhiet": 28.4,
        "ph": 7.2,
    }


@contextmanager
def _stations() -> Iterator[str]:
    """Every answer has new values of ten stations."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = json.dumps([_row(number) for number in range(STATIONS)]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _told(directory: Path, number: int) -> Iterator[None]:
    """Tables that gain five rows each half a minute, and folders that gain a file of as many."""
    file = directory / "tables.db"
    with closing(sqlite3.connect(file)) as tables:
        tables.execute("PRAGMA journal_mode=WAL")
        for table in range(number):
            columns = "id INTEGER PRIMARY KEY, tram, gio, man, muc, nhiet, ph"
            tables.execute(f"CREATE TABLE t{table} ({columns})")
            _folder(directory, table).mkdir(parents=True)
    done = threading.Event()
    filling = threading.Thread(target=_fill, args=(directory, number, done), daemon=True)
    filling.start()
    try:
        yield
    finally:
        done.set()
        filling.join()


def _fill(directory: Path, number: int, done: threading.Event) -> None:
    dropped = 0
    with closing(sqlite3.connect(directory / "tables.db")) as tables:
        while not done.is_set():
            dropped += 1
            for table in range(number):
                rows = [tuple(_row(row).values()) for row in range(ROWS)]
                with tables:
                    insert = f"INSERT INTO t{table} (tram, gio, man, muc, nhiet, ph)"
                    tables.executemany(f"{insert} VALUES (?, ?, ?, ?, ?, ?)", rows)
                _drop(_folder(directory, table) / f"{dropped}.csv", rows)
                done.wait(ROWS_EVERY_SECONDS / number)


def _drop(file: Path, rows: Sequence[Sequence[Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([list(_row(0)), *rows])
