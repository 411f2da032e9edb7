"""What the receiver tells Prometheus about itself. Labels are names of ours, never of senders."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.dvcqg.sessions import Sessions
from connectors.intake.quarantine import Quarantine
from connectors.log.writer import LogWriter

OTHER_SERVICE = "other"


class Metrics:
    """The receiver's own registry."""

    def __init__(self, writer: LogWriter, quarantine: Quarantine, sessions: Sessions) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "ioc_receiver_requests",
            "Requests by service and outcome: accepted, partial, refused, wrong, session, "
            "unavailable",
            ["service", "outcome"],
            registry=self._registry,
        )
        self.records = Counter(
            "ioc_receiver_records",
            "Records since the start: accepted, refused, repeated; unknown are among accepted",
            ["source", "outcome"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "ioc_receiver_request_seconds",
            "From the request's first byte to its answer",
            ["service"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
            registry=self._registry,
        )
        self._registry.register(State(writer, quarantine, sessions))

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


class State(Collector):
    """What is measured when it is asked for."""

    def __init__(self, writer: LogWriter, quarantine: Quarantine, sessions: Sessions) -> None:
        self._writer = writer
        self._quarantine = quarantine
        self._sessions = sessions

    def collect(self) -> Iterator[Metric]:
        written = self._writer.written
        for name, help_text, value in (
            ("ioc_log_reachable", "1 when the log is to be had", not self._writer.trouble),
            ("ioc_log_waiting_bytes", "Events not yet acknowledged", self._writer.held_bytes),
            ("ioc_log_written_events", "Events acknowledged since the start", written.events),
            ("ioc_log_written_bundles", "Messages acknowledged since the start", written.bundles),
            ("ioc_log_failed_events", "Events that may not be in the log", written.failed),
            ("ioc_quarantine_records", "Refused records with originals", self._quarantine.records),
            ("ioc_quarantine_bytes", "Size of encrypted originals", self._quarantine.bytes),
            ("ioc_receiver_sessions", "Sessions not over", len(self._sessions)),
        ):
            yield GaugeMetricFamily(name, help_text, value=float(value))
