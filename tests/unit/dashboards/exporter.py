"""What a worker exports, as text for Prometheus to scrape; every figure is invented."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from seeds.province import agencies
from seeds.topics import PUBLIC_ADMINISTRATION, topics

# 2024-01-02 08:00 in Vietnam, wherever the machine's own clock is.
SCENARIO_START = 1_704_157_200
YEAR = "2023"
Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def labels(**pairs: str) -> tuple[tuple[str, str], ...]:
    return tuple(pairs.items())


class Exporter:
    """`series` and `open_partitions` may be changed while it is scraped."""

    def __init__(self) -> None:
        self.offset = SCENARIO_START - time.time()
        self.partitions = topics()[PUBLIC_ADMINISTRATION].partitions
        self.open_partitions = set(range(self.partitions))
        self.series: Series = {}
        for number, code in enumerate(sorted(agencies())):
            self._count(code, number)

    def now(self) -> float:
        return time.time() + self.offset

    def _count(self, code: str, number: int) -> None:
        """Agency `number` has 100 + number dossiers received, 60 resolved, one of them late."""
        where = {"topic": PUBLIC_ADMINISTRATION, "kind": "dossier", "agency": code}
        year = {**where, "channel": "online", "period": YEAR}
        self._set("ioc_cases_received", 100 + number, **year)
        for timeliness, count in (("early", 40), ("on_time", 19), ("late", 1)):
            self._set("ioc_cases_resolved", count, **year, timeliness=timeliness)
        of_year = {**where, "period": YEAR}
        self._set("ioc_cases_full_online", 30, **of_year)
        self._set("ioc_cases_paid_online", 2, **of_year)
        opened = {**where, "channel": "online"}
        self._set("ioc_cases_open", 5, **opened, phase="awaiting_intake")
        self._set("ioc_cases_open", 30, **opened, phase="processing")
        self._set("ioc_cases_open", 10, **opened, phase="paused")
        if number % 2:
            self._set("ioc_cases_open", number, **opened, phase="overdue")

    def _set(self, name: str, value: float, **pairs: str) -> None:
        self.series[name, labels(**pairs)] = value

    def text(self) -> str:
        source = {"topic": PUBLIC_ADMINISTRATION, "source": "simulator"}
        for partition in range(self.partitions):
            place = {"topic": PUBLIC_ADMINISTRATION, "partition": str(partition)}
            self._set("ioc_fold_caught_up", int(partition in self.open_partitions), **place)
        self._set("ioc_now_seconds", self.now())
        self._set("ioc_source_last_heartbeat_timestamp_seconds", self.now() - 3, **source)
        self._set("ioc_source_last_event_timestamp_seconds", self.now() - 40, **source)
        self._set("ioc_source_backlog", 0, **source)
        self._set("ioc_source_info", 1, **source, kind="simulator")
        return "".join(_line(name, pairs, value) for (name, pairs), value in self.series.items())


def _line(name: str, pairs: tuple[tuple[str, str], ...], value: float) -> str:
    inside = ",".join(f'{key}="{text}"' for key, text in pairs)
    return f"{name}{{{inside}}} {value}\n"


@contextmanager
def served(exporter: Exporter) -> Iterator[str]:
    """HOST:PORT of its /metrics."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = exporter.text().encode()
            self.send_response(200)
            self.send_header("content-type", "text/plain; version=0.0.4")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
