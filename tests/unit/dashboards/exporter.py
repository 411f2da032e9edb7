"""What a worker exports, as text for Prometheus to scrape; every figure is invented."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from seeds.periods import EXAMPLES
from seeds.province import agencies
from seeds.registry import subsystems
from seeds.subsystem import Coverage, Subsystem
from seeds.topics import PUBLIC_ADMINISTRATION, topics

# 2024-01-02 08:00 in Vietnam, wherever the machine's own clock is.
SCENARIO_START = 1_704_157_200
YEAR = "2023"
UNITS: dict[Coverage, tuple[str, ...]] = {
    "province": ("94",),
    "district": ("941", "942", "943"),
    "commune": ("31498", "31501", "31504"),
    "station": ("tram-01", "tram-02", "tram-03"),
    "site": ("site-a", "site-b", "site-c"),
}
PERIODS = EXAMPLES | {"span": "2022/2023"}
Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def labels(**pairs: str) -> tuple[tuple[str, str], ...]:
    return tuple(pairs.items())


class Exporter:
    """`series` and `open_partitions` may be changed while it is scraped, and `silent`: source ->
    seconds since its heartbeat.
    """

    def __init__(self) -> None:
        self.offset = SCENARIO_START - time.time()
        self.partitions = topics()[PUBLIC_ADMINISTRATION].partitions
        self.open_partitions = set(range(self.partitions))
        self.series: Series = {}
        self.silent: dict[str, float] = {}
        self.scrapes = 0
        for number, code in enumerate(sorted(agencies())):
            self._count(code, number)
        for subsystem in subsystems().values():
            self._headline(subsystem)

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

    def _headline(self, subsystem: Subsystem) -> None:
        """Readings of 1, 2 and 3 at three units, of the province 3; cases of which 4 are overdue.

        The dossiers are those of the agencies.
        """
        indicator, topic = subsystem.headline, {"topic": subsystem.topic}
        if indicator.origin == "readings":
            for value, unit in enumerate(UNITS[indicator.coverage], 1):
                where = {"subsystem": subsystem.name, "indicator": indicator.id, "unit": unit}
                last = 3 if indicator.coverage == "province" else value
                self._set("ioc_reading", last, **topic, **where, period=PERIODS[indicator.period])
                self._set("ioc_reading_timestamp_seconds", self.now(), **topic, **where)
        elif subsystem.topic != PUBLIC_ADMINISTRATION:
            cases = {**topic, "kind": subsystem.case_kinds[0], "agency": "x", "channel": "online"}
            self._set("ioc_cases_received", 9, **cases, period=YEAR)
            self._set("ioc_cases_open", 4, **cases, phase="overdue")

    def _set(self, name: str, value: float, **pairs: str) -> None:
        self.series[name, labels(**pairs)] = value

    def text(self) -> str:
        for subsystem in subsystems().values():
            for partition in range(subsystem.partitions):
                place = {"topic": subsystem.topic, "partition": str(partition)}
                dossiers = subsystem.topic == PUBLIC_ADMINISTRATION
                is_open = not dossiers or partition in self.open_partitions
                self._set("ioc_fold_caught_up", int(is_open), **place)
            self._source(subsystem)
        self._set("ioc_now_seconds", self.now())
        return "".join(_line(name, pairs, value) for (name, pairs), value in self.series.items())

    def _source(self, subsystem: Subsystem) -> None:
        """Alive, and each of its counts grows; the source of the dossiers is the simulator's."""
        source = source_of(subsystem)
        where, age = {"topic": subsystem.topic, "source": source}, self.silent.get(source, 3.0)
        self._set("ioc_source_last_heartbeat_timestamp_seconds", self.now() - age, **where)
        self._set("ioc_source_last_event_timestamp_seconds", self.now() - 40, **where)
        self._set("ioc_source_backlog", 0, **where)
        self._set("ioc_source_info", 1, **where, kind="simulator")
        self.scrapes += 1
        grown = 100.0 * self.scrapes
        self._set("ioc_source_events_total", grown, **where, outcome="accepted")
        self._set("ioc_source_events_total", 0, **where, outcome="refused")
        self._set("ioc_source_observations_total", grown, **where, outcome="new")
        self._set("ioc_source_observations_total", grown / 4, **where, outcome="repeated")
        if subsystem.case_kinds:
            self._set("ioc_source_cases", 1000, **where)
        self._set("ioc_source_slots", 24, **where, state="promised")
        self._set("ioc_source_slots", 18, **where, state="filled")


def source_of(subsystem: Subsystem) -> str:
    return "simulator" if subsystem.topic == PUBLIC_ADMINISTRATION else f"{subsystem.name}-source"


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
